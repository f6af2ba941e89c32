// Limits with their units and reasons; a test compares them with docs/limits.md.

using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>The limits of a session cache. Tests override some; the daemon uses these.</summary>
internal sealed record CacheLimits
{
    internal static readonly CacheLimits Default = new();

    /// <summary>Minimum timeout; lower ones except 0 are raised to it, as recorded of Postfix's tlsmgr.</summary>
    internal const int MinimumTimeoutSeconds = 120;

    /// <summary>The effective timeout in seconds; 0 disables the cache.</summary>
    internal static int EffectiveTimeoutSeconds(int configuredSeconds) =>
        configuredSeconds <= 0 ? 0 : int.Max(configuredSeconds, MinimumTimeoutSeconds);

    /// <summary>Maximum entries visited in one step of the sweep: about ten microseconds.</summary>
    internal const int SweepStepEntries = 128;

    /// <summary>
    /// Maximum entries removed in one step of the sweep: each may change a few pages, and one commit writes all.
    /// </summary>
    internal const int SweepStepRemovals = 32;

    /// <summary>Maximum entries visited for one page of a list: about ten microseconds.</summary>
    internal const int PageEntries = 128;

    /// <summary>Bytes of one entry per step that are stirred into the random pool: enough to differ.</summary>
    internal const int StirBytes = 256;

    /// <summary>
    /// Bytes of pages that a change may need besides its value, of 4 KiB each: a path through the tree, a split.
    /// </summary>
    internal const long ChangeBytes = 16 * 1024;

    /// <summary>Bytes that a commit may need for its list of free pages.</summary>
    internal const long CommitBytes = 1024 * 1024;

    /// <summary>
    /// Maximum size of an entry in bytes: far above any real session, and it bounds the growth of the map.
    /// </summary>
    internal const int MaximumEntryBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Size of an entry in bytes above which a cache without space at its end gives it a transaction of its own: it
    /// needs contiguous pages, which a full cache may not have. Smaller ones find a few in a quarter of the file.
    /// </summary>
    internal const int LargeEntryBytes = 16 * 1024;

    /// <summary>
    /// Seconds by which the time of a session may be ahead of the clock: a clock is set back by so much while it is
    /// adjusted, and a session lives longer by no more than that.
    /// </summary>
    internal const int MaximumAheadSeconds = 300;

    /// <summary>Bytes of one page of a list whose checksums are verified: about a tenth of a millisecond.</summary>
    internal const int PageBytes = 1024 * 1024;

    /// <summary>
    /// Size in bytes above which the file of a cache that became empty is made small again: some 400 sessions.
    /// </summary>
    internal const int ShrinkBytes = 1024 * 1024;

    /// <summary>
    /// Seconds without a fault after which a cache is reported to work again: on a nearly full disk faults recur.
    /// </summary>
    internal const int RecoverySeconds = 60;

    /// <summary>
    /// Minimum effective size limit of a cache in bytes: LMDB needs free pages to work with.
    /// </summary>
    internal const long MinimumSizeLimitBytes = 4 * 1024 * 1024;

    /// <summary>
    /// Minimum seconds for which a use is remembered; it is forgotten after twice as many.
    /// </summary>
    internal const int RecentUseSeconds = 900;

    /// <summary>
    /// Seconds from storing to the first second chance of a session in use, and between two of them.
    /// </summary>
    internal const int SecondChanceSeconds = 1800;

    /// <summary>More sessions than can be stored in one cache within a second.</summary>
    internal const int StoresOfASecond = 200_000;

    /// <summary>
    /// Maximum queue entries that a store processes, with pages of 4 KiB: one for the session stored, and one more to
    /// reduce a backlog.
    /// </summary>
    internal const int EvictionsPerStore = 2;

    /// <summary>
    /// Bytes of memory that must be available to open a cache: LMDB allocates 3 MiB for its lists, and the collector
    /// needs some besides. With less, the cache is unavailable.
    /// </summary>
    internal const int OpenBytes = 4 * 1024 * 1024;

    /// <summary>Milliseconds of examining cache files between two turns: requests wait that long.</summary>
    internal const int ExaminationStepMilliseconds = 1;

    /// <summary>
    /// Background steps in which small files alone are examined: before the first turn, and behind the turn that
    /// accepts the clients that wait since before the start. The next turn sends their replies.
    /// </summary>
    internal const int StepsBeforeLargeFiles = 2;

    /// <summary>
    /// Maximum size in bytes of a file that is examined before the first turn, and completely even when it was handed
    /// over: 500 sessions.
    /// </summary>
    internal const long SmallFileBytes = 1024 * 1024;

    /// <summary>Milliseconds for such files: a process may have to wait for its turn.</summary>
    internal const int SmallFilesMilliseconds = 100;

    /// <summary>
    /// Maximum changes of a cache that are held while its file is examined: each is of a client that waits.
    /// </summary>
    internal const int HeldChanges = 512;

    /// <summary>Bytes of ids and sessions of these changes: 300 of everyday size.</summary>
    internal const int HeldBytes = 512 * 1024;

    /// <summary>
    /// Milliseconds that a client waits for the result of such a change: a file of 256 MiB in memory is examined in
    /// less, and a handshake may take that long.
    /// </summary>
    internal const int HeldReplyMilliseconds = 250;

    /// <summary>Maximum queue entries that one background step processes.</summary>
    internal const int EvictionsPerStep = 32;

    /// <summary>These limits, combined with the limits in main.cf.</summary>
    /// <param name="sizeBytes">
    /// The maximum size of the file in bytes; 0: no limit; lower values are raised to the minimum.
    /// </param>
    /// <param name="entries">The maximum number of sessions; 0: no limit.</param>
    internal CacheLimits With(long sizeBytes, long entries)
    {
        CacheLimits counted = entries == 0 ? this : this with { MaximumEntries = entries };
        if (sizeBytes == 0)
        {
            return counted;
        }

        // A quarter is left for what a turn changes before it is committed, and for gaps.
        long mapBytes = long.Max(sizeBytes, MinimumSizeLimitBytes) / LmdbPageSize.SystemBytes
            * LmdbPageSize.SystemBytes;
        return counted with
        {
            MaximumMapBytes = mapBytes,
            EvictionLiveBytes = mapBytes / 4 * 3,
            MaximumLiveBytes = mapBytes / 8 * 7,
            InitialMapBytes = long.Min(InitialMapBytes, mapBytes),
        };
    }

    /// <summary>
    /// Maximum size of a cache in memory in bytes: 20,000 sessions, where nobody reckons with more memory.
    /// </summary>
    internal const long MemoryCacheBytes = 32 * 1024 * 1024;

    /// <summary>These limits for a cache that has no file.</summary>
    internal CacheLimits InMemory() => MaximumMapBytes > MemoryCacheBytes ? With(MemoryCacheBytes, 0) : this;

    /// <summary>Initial size of the map in bytes: thousands of sessions.</summary>
    internal long InitialMapBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Free bytes of the map below which it doubles before a write transaction.</summary>
    internal long MapMarginBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Maximum size of the map, and so of the file, in bytes.</summary>
    internal long MaximumMapBytes { get; init; } = long.MaxValue;

    /// <summary>Bytes in use above which the oldest sessions are evicted; long.MaxValue disables evictions.</summary>
    internal long EvictionLiveBytes { get; init; } = long.MaxValue;

    /// <summary>Sessions above which the oldest are evicted; long.MaxValue disables evictions.</summary>
    internal long MaximumEntries { get; init; } = long.MaxValue;

    /// <summary>Bytes in use above which no session is stored until entries expire: millions of sessions.</summary>
    internal long MaximumLiveBytes { get; init; } = 4L * 1024 * 1024 * 1024;
}
