namespace TlsMgr.Native.Libc;

/// <summary>
/// Raises resource limits of this process (getrlimit(2)); a refusal is not an error. Limits are never lowered: that is
/// up to the administrator.
/// </summary>
public static class ResourceLimit
{
    private const int OpenDescriptors = 7;
    private const int LockedMemory = 8;

    /// <summary>The present RLIMIT_NOFILE: descriptors have smaller numbers.</summary>
    public static ulong Descriptors =>
        NativeMethods.GetLimit(OpenDescriptors, out LimitPair limit) == 0 ? limit.Soft : ulong.MaxValue;

    /// <summary>Raises RLIMIT_NOFILE, the number of open descriptors, to its hard limit.</summary>
    public static void RaiseDescriptors() => Raise(OpenDescriptors, ulong.MaxValue);

    /// <summary>
    /// Raises RLIMIT_MEMLOCK to a number of bytes; without privileges, at most to its hard limit.
    /// </summary>
    public static void RaiseLockedMemory(ulong requestedBytes)
    {
        if (NativeMethods.GetLimit(LockedMemory, out LimitPair limit) < 0)
        {
            return;
        }

        LimitPair raised = limit with { Hard = ulong.Max(limit.Hard, requestedBytes) };
        NativeMethods.SetLimit(LockedMemory, raised);
        Raise(LockedMemory, requestedBytes);
    }

    private static void Raise(int resource, ulong requested)
    {
        if (NativeMethods.GetLimit(resource, out LimitPair limit) == 0 && limit.Soft < requested)
        {
            NativeMethods.SetLimit(resource, limit with { Soft = ulong.Min(limit.Hard, requested) });
        }
    }
}
