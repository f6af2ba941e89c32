namespace TlsMgr.Postfix.Memory;

/// <summary>
/// Limits of the memory of all connections, and of the reserve of the garbage collector. A test compares them with
/// docs/limits.md.
/// </summary>
public static class MemoryLimits
{
    /// <summary>
    /// Blocks that all connections use together before large messages and replies are refused: 64 MiB. Clients that do
    /// not finish their requests, or do not read their replies, can exhaust neither the machine's memory nor that of
    /// the other clients.
    /// </summary>
    public const int SoftLimitBlocks = 16 * 1024;

    /// <summary>
    /// Blocks that all connections keep from one turn to the next: 128 MiB. Above it, a client with an incomplete
    /// request or an unsent reply is disconnected; other connections keep no blocks.
    /// </summary>
    public const int HardLimitBlocks = 2 * SoftLimitBlocks;

    /// <summary>
    /// The divisor of the control group's memory limit for the share of the blocks, where that is less than
    /// <see cref="HardLimitBlocks"/>, of the reserve for connections, and of large send buffers. The rest is for small
    /// ones, garbage, and changed pages of the caches.
    /// </summary>
    public const int GroupShare = 8;

    /// <summary>Bytes of replies that the kernel keeps for a client by default (net.core.wmem_default).</summary>
    public const int LargeSendBufferBytes = 208 * 1024;

    /// <summary>
    /// Bytes of replies that the kernel keeps for a client when the share for large buffers is used up; it doubles them
    /// for its own records.
    /// </summary>
    public const int SmallSendBufferBytes = 4 * 1024;

    /// <summary>
    /// Bytes of one block of a connection's memory, and the maximum of one read: more than any real request, and one
    /// page of memory.
    /// </summary>
    public const int BlockBytes = 4096;

    /// <summary>Blocks of a slab, which is allocated at once: enough for ordinary load.</summary>
    public const int SlabBlocks = 64;

    /// <summary>
    /// Free blocks below which another slab is allocated. When the kernel refuses it, large messages and replies are
    /// refused too, so that the remaining blocks serve small ones.
    /// </summary>
    public const int SpareBlocks = 32;

    /// <summary>
    /// Slabs that are kept while unused: as many as a turn uses, so that turns do not allocate and release slabs.
    /// </summary>
    public const int KeptSlabs = 8;

    /// <summary>
    /// Bytes reserved for the garbage collector when the kernel refuses memory: for garbage and its own work, ten times
    /// its measured need. Without memory .NET cannot allocate the exception it would throw.
    /// </summary>
    public const int CollectorReserveBytes = 2 * 1024 * 1024;

    /// <summary>Bytes of garbage between two checks whether the collector needs its reserve: a part of it.</summary>
    public const int GarbageBytes = 64 * 1024;

    /// <summary>
    /// Bytes of memory required at the start besides the reserve, for the configuration and the files that are opened.
    /// With less the daemon logs that and exits.
    /// </summary>
    public const int StartBytes = 2 * 1024 * 1024;

    /// <summary>
    /// Blocks that connections allocate between two checks of the reserve: their objects in the collector's heap are a
    /// small part of it, and the check does not show in the time of a request.
    /// </summary>
    public const int BlocksPerProbe = 1024;

    /// <summary>
    /// Bytes kept for assembling a message and for decoding one; memory for a larger one is allocated temporarily.
    /// </summary>
    public const int ScratchBytes = 16 * 1024;

    /// <summary>
    /// Bytes of the buffer into which all connections receive: several real requests. More arrives in blocks of the
    /// connection.
    /// </summary>
    public const int ReceiveBytes = 16 * 1024;

    /// <summary>
    /// Bytes of replies that all connections share until the end of a turn: some 30 real sessions. More is kept in
    /// blocks of the connections.
    /// </summary>
    public const int ReplyBufferBytes = 64 * 1024;
}
