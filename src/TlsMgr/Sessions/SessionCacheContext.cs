using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Sessions;

/// <summary>What all caches use of the daemon.</summary>
/// <param name="Log">The log.</param>
/// <param name="Clock">The time of day for sessions; the monotonic clock for intervals.</param>
/// <param name="Timers">Timers of the event loop, for the sweeps.</param>
public sealed record SessionCacheContext(Log Log, TimeProvider Clock, TimerQueue Timers)
{
    /// <summary>The database type of a name without a type.</summary>
    public string DefaultType { get; init; } = "hash";

    /// <summary>
    /// Maps a configured path to the path to use: one in data_directory if mail_owner does not own the configured
    /// directory. The second argument is the path's purpose in the warning: <c>table btree:/etc/x</c>, as configured.
    /// </summary>
    public Func<string, string, string> Redirect { get; init; } = static (path, _) => path;

    /// <summary>Receives part of an entry in each step of a sweep, to stir the random pool.</summary>
    public Action<ReadOnlySpan<byte>> Stir { get; init; } = static _ => { };

    /// <summary>Whether sessions stored by an earlier process are kept.</summary>
    public bool Persists { get; init; } = true;

    /// <summary>The boot of the machine (<see cref="BootIdentity"/>); empty when unknown.</summary>
    public string BootId { get; init; } = "";

    /// <summary>The queue directory of this Postfix, which tells its instances apart.</summary>
    public string Instance { get; init; } = "";

    /// <summary>Waits for a number of milliseconds when another process holds a file's lock at the start.</summary>
    public Action<int> Wait { get; init; } = static milliseconds => PollWait.ForReading(-1, milliseconds);

    internal CacheLimits Limits { get; init; } = CacheLimits.Default;
}
