// What the caches are told before they are opened: by the configuration, of each, and by the daemon, of itself. Must
// never be changed afterwards.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Sessions;

/// <summary>What the configuration says of one cache.</summary>
/// <param name="Name">The cache type: <c>smtpd</c>, <c>smtp</c> or <c>lmtp</c>.</param>
/// <param name="Database">The database, <c>type:path</c>, after expansion; empty for none.</param>
/// <param name="TimeoutSeconds">Seconds that a session is kept; 0 for no cache, 1 to 119 become 120.</param>
/// <param name="LogLevel">The text of the cache's TLS log level.</param>
public sealed record SessionCacheSettings(string Name, string Database, int TimeoutSeconds, string LogLevel)
{
    /// <summary>The largest size of its file in bytes, at least 4 MiB; 0 for no limit.</summary>
    public long SizeLimitBytes { get; init; }

    /// <summary>The most sessions in it; 0 for no limit.</summary>
    public long EntryLimit { get; init; }
}

/// <summary>What the caches need of the daemon around them.</summary>
/// <param name="Log">The log.</param>
/// <param name="Clock">The time of day is that of the sessions; the monotonic clock is not set back.</param>
/// <param name="Timers">Timers of the event loop, for the sweeps.</param>
public sealed record SessionCacheContext(Log Log, TimeProvider Clock, TimerQueue Timers)
{
    /// <summary>The database type of a name without one.</summary>
    public string DefaultType { get; init; } = "hash";

    /// <summary>
    /// Where a path really goes (to data_directory when its own directory is foreign), given the path and what it is
    /// for the warning: <c>table btree:/etc/x</c>, as configured.
    /// </summary>
    public Func<string, string, string> Redirect { get; init; } = static (path, _) => path;

    /// <summary>Is shown part of an entry in each step of a sweep, to stir the random pool.</summary>
    public Action<ReadOnlySpan<byte>> Stir { get; init; } = static _ => { };

    /// <summary>Whether sessions that an earlier process stored are kept.</summary>
    public bool Persists { get; init; } = true;

    /// <summary>The run of the machine (<see cref="BootIdentity"/>); empty when it is not to be known.</summary>
    public string BootId { get; init; } = "";

    /// <summary>Waits for a number of milliseconds while the start waits for a lock.</summary>
    public Action<int> Wait { get; init; } = static milliseconds => PollWait.ForReading(-1, milliseconds);

    internal CacheLimits Limits { get; init; } = CacheLimits.Default;
}
