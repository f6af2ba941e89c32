// Every limit of a session cache, each with its unit and reason.

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

    /// <summary>Milliseconds between two attempts to lock a file.</summary>
    internal const int LockRetryMilliseconds = 50;

    /// <summary>Attempts at locks, all caches together: about the second that a leaving process may take.</summary>
    internal const int LockRetries = 20;

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

    /// <summary>Size of the map at the start, in bytes: thousands of sessions.</summary>
    internal long InitialMapBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Room in the map below which it doubles before a transaction that writes, in bytes.</summary>
    internal long MapMarginBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes in use above which nothing is stored until entries expire: millions of sessions.</summary>
    internal long MaximumLiveBytes { get; init; } = 4L * 1024 * 1024 * 1024;
}
