namespace TlsMgr.Postfix.Memory;

/// <summary>
/// What all connections may use together: <see cref="MemoryLimits"/>, or less where the memory limit of the control
/// group is small. The kernel kills a process above that limit, so nothing may count on being refused.
/// </summary>
/// <param name="SoftLimitBlocks">Blocks above which large messages and replies are refused.</param>
/// <param name="HardLimitBlocks">Blocks that may be kept from one turn to the next.</param>
/// <param name="ReserveBytes">The collector's reserve with that of all connections, which bounds their number.</param>
/// <param name="LargeSendBuffers">
/// Connections with a send buffer of the system's size, as unread replies in the kernel count, too; others have a small
/// one.
/// </param>
public sealed record MemoryBudget(int SoftLimitBlocks, int HardLimitBlocks, long ReserveBytes, int LargeSendBuffers)
{
    /// <summary>The budget without a memory limit.</summary>
    public static MemoryBudget Unlimited { get; } =
        new(MemoryLimits.SoftLimitBlocks, MemoryLimits.HardLimitBlocks, long.MaxValue, int.MaxValue);

    /// <summary>Returns the budget under a memory limit.</summary>
    /// <param name="limitBytes">The limit; <see cref="long.MaxValue"/> for none.</param>
    public static MemoryBudget Of(long limitBytes)
    {
        long share = limitBytes / MemoryLimits.GroupShare;
        int hardLimit = (int)long.Min(share / MemoryLimits.BlockBytes, MemoryLimits.HardLimitBlocks);
        int largeSendBuffers = (int)long.Min(share / MemoryLimits.LargeSendBufferBytes, int.MaxValue);
        return new MemoryBudget(
            hardLimit / 2, hardLimit, MemoryLimits.CollectorReserveBytes + share, largeSendBuffers);
    }
}
