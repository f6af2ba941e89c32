// Every limit of a session cache, each with its unit and reason.

using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>The limits of a session cache. Tests choose smaller ones; the daemon takes these.</summary>
internal sealed record CacheLimits
{
    internal static readonly CacheLimits Default = new();

    /// <summary>Timeouts below this become this, 0 aside: recorded of the original.</summary>
    internal const int MinimumTimeoutSeconds = 120;

    /// <summary>The timeout in force: 0 stays, and switches the cache off.</summary>
    internal static int EffectiveTimeoutSeconds(int configuredSeconds) =>
        configuredSeconds <= 0 ? 0 : int.Max(configuredSeconds, MinimumTimeoutSeconds);

    /// <summary>Entries looked at in one step of the sweep: some ten microseconds.</summary>
    internal const int SweepStepEntries = 128;

    /// <summary>
    /// Entries removed in one step of the sweep: each may change a few pages, all are written by one commit.
    /// </summary>
    internal const int SweepStepRemovals = 32;

    /// <summary>Entries looked at for one page of a list: some ten microseconds.</summary>
    internal const int PageEntries = 128;

    /// <summary>Bytes of one entry per step that are shown to stir the random pool: enough to differ.</summary>
    internal const int StirBytes = 256;

    /// <summary>Pages that one change may take besides its value: a path through the tree, and a split.</summary>
    internal const long ChangeBytes = 16 * 1024;

    /// <summary>Room that a commit may take for its list of free pages, in bytes.</summary>
    internal const long CommitBytes = 1024 * 1024;

    /// <summary>
    /// The largest entry, in bytes: far above any real session, and what the map then grows by is bounded.
    /// </summary>
    internal const int MaximumEntryBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Seconds without a fault after which a cache is said to work again: a disk that is nearly full wavers.
    /// </summary>
    internal const int RecoverySeconds = 60;

    /// <summary>
    /// The least that a cache is limited to, in bytes: a file of LMDB's needs room to work in.
    /// </summary>
    internal const long MinimumSizeLimitBytes = 4 * 1024 * 1024;

    /// <summary>
    /// Seconds for which a use is remembered in any case; it is forgotten after twice as many.
    /// </summary>
    internal const int RecentUseSeconds = 900;

    /// <summary>
    /// Seconds from storing to the first chance of a session that is in use, when room is made, and between two.
    /// </summary>
    internal const int SecondChanceSeconds = 1800;

    /// <summary>
    /// Entries that a store looks at to make room: its own place, and one more to get ahead.
    /// </summary>
    internal const int EvictionsPerStore = 2;

    /// <summary>
    /// Bytes of memory that must be there for opening a cache: LMDB takes 3 MiB for its lists, and the collector must
    /// still find some. With less, the cache is unavailable.
    /// </summary>
    internal const int OpenBytes = 4 * 1024 * 1024;

    /// <summary>Entries that one step beside the requests looks at to make room.</summary>
    internal const int EvictionsPerStep = 32;

    /// <summary>These limits, for a cache that the administrator has limited.</summary>
    /// <param name="sizeBytes">
    /// The largest file, in bytes; 0: no such limit; less than the minimum counts as that.
    /// </param>
    /// <param name="entries">The most sessions; 0: no such limit.</param>
    internal CacheLimits With(long sizeBytes, long entries)
    {
        CacheLimits counted = entries == 0 ? this : this with { MaximumEntries = entries };
        if (sizeBytes == 0)
        {
            return counted;
        }

        // A quarter is left for what a turn changes before it is committed, and for gaps.
        long mapBytes = long.Max(sizeBytes, MinimumSizeLimitBytes) / LightningEnvironment.PageBytes
            * LightningEnvironment.PageBytes;
        return counted with
        {
            MaximumMapBytes = mapBytes,
            EvictionLiveBytes = mapBytes / 4 * 3,
            MaximumLiveBytes = mapBytes / 8 * 7,
            InitialMapBytes = long.Min(InitialMapBytes, mapBytes),
        };
    }

    /// <summary>Size of the map at the start, in bytes: thousands of sessions.</summary>
    internal long InitialMapBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Room in the map below which it doubles before a transaction that writes, in bytes.</summary>
    internal long MapMarginBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Size that the map, and with it the file, never exceeds, in bytes.</summary>
    internal long MaximumMapBytes { get; init; } = long.MaxValue;

    /// <summary>Bytes in use above which the oldest sessions go; the largest number: none goes.</summary>
    internal long EvictionLiveBytes { get; init; } = long.MaxValue;

    /// <summary>Sessions above which the oldest go; the largest number: none goes.</summary>
    internal long MaximumEntries { get; init; } = long.MaxValue;

    /// <summary>Bytes in use above which nothing is stored until entries expire: millions of sessions.</summary>
    internal long MaximumLiveBytes { get; init; } = 4L * 1024 * 1024 * 1024;
}
