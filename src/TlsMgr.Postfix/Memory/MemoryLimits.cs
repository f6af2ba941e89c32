// Each limit with its unit and its reason; docs/limits.md has them all, and a test compares.

namespace TlsMgr.Postfix.Memory;

/// <summary>Limits of the memory of all connections, and of what is reserved for the collector.</summary>
public static class MemoryLimits
{
    /// <summary>
    /// Blocks of memory that all connections may use together before large messages and replies are refused: 64 MiB.
    /// Clients that do not end what they say, or do not read what they asked for, must not take the memory of the
    /// machine, nor that of the others.
    /// </summary>
    public const int SoftLimitBlocks = 16 * 1024;

    /// <summary>
    /// Blocks of memory that all connections may use together from one turn to the next: 128 MiB. Above it, a client
    /// that has not sent its request whole, or does not take its reply at once, is disconnected; the others need none.
    /// </summary>
    public const int HardLimitBlocks = 2 * SoftLimitBlocks;

    /// <summary>
    /// Bytes of one block of a connection's memory, and the most asked for in one read: more than any real request, and
    /// one page of memory.
    /// </summary>
    public const int BlockBytes = 4096;

    /// <summary>Blocks that are taken from the kernel together: enough for every day.</summary>
    public const int SlabBlocks = 64;

    /// <summary>
    /// Free blocks below which more are taken; when the kernel refuses them, large messages and replies are refused
    /// too, so that the rest is left for the others.
    /// </summary>
    public const int SpareBlocks = 32;

    /// <summary>Pieces of so many blocks that are kept though nobody uses them: a turn's worth, so that none is taken
    /// from the kernel and given back in each turn.</summary>
    public const int KeptSlabs = 8;

    /// <summary>
    /// Bytes of memory held for the collector, which has them when the kernel gives no more: for garbage and for its
    /// own work. Ten times what it was seen to need; without memory, .NET cannot even say that there is none.
    /// </summary>
    public const int CollectorReserveBytes = 2 * 1024 * 1024;

    /// <summary>Bytes of garbage between two looks whether the collector needs its reserve: a part of it.</summary>
    public const int GarbageBytes = 64 * 1024;

    /// <summary>
    /// Bytes of memory that must be there at the start besides the reserve: for what is read and opened. With less, the
    /// daemon says so and ends.
    /// </summary>
    public const int StartBytes = 2 * 1024 * 1024;

    /// <summary>
    /// Blocks that connections take between two looks whether the reserve is held: their objects in the collector's
    /// heap are a small part of it, and the look is not seen in a request's time.
    /// </summary>
    public const int BlocksPerProbe = 1024;

    /// <summary>
    /// Bytes kept for putting a message together, and for decoding one: a larger one takes memory of its own.
    /// </summary>
    public const int ScratchBytes = 16 * 1024;
}
