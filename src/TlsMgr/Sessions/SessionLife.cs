namespace TlsMgr.Sessions;

/// <summary>
/// The times at which a session that is valid now can have been stored. A later one is no time at which this machine
/// stored a session, unless its clock was ahead and was set back since: such a session would outlive its timeout, so it
/// has expired.
/// </summary>
/// <param name="OldestSeconds">The earliest time, in seconds since 1970.</param>
/// <param name="NewestSeconds">The latest time.</param>
internal readonly record struct SessionLife(long OldestSeconds, long NewestSeconds)
{
    /// <summary>No session is valid: for a flush.</summary>
    internal static readonly SessionLife None = new(long.MaxValue, long.MinValue);

    /// <summary>The times for a cache's timeout.</summary>
    internal static SessionLife At(long nowSeconds, int timeoutSeconds) =>
        new(nowSeconds - timeoutSeconds, nowSeconds + CacheLimits.MaximumAheadSeconds);

    /// <summary>Whether a session stored at a time is valid.</summary>
    internal bool Contains(long storedSeconds) => storedSeconds >= OldestSeconds && storedSeconds <= NewestSeconds;

    /// <summary>
    /// Whether no session can have been stored at a time: the clock was wrong, or the entry is damaged.
    /// </summary>
    internal bool IsImpossible(long storedSeconds) => storedSeconds < 0 || storedSeconds > NewestSeconds;
}
