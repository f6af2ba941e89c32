// All session caches of the daemon: opened once at the start, as the user who owns their files and before the jail, and
// then used by the event loop alone. One turn of the loop: serve requests, SweepStep, EndTurn, and only then send the
// replies to stores and deletes. Must never let the fault of one cache reach another cache or the service.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Process;

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

/// <summary>The session caches of the daemon.</summary>
public sealed class SessionCaches : IDisposable
{
    private readonly List<SessionCache> _caches = [];
    private readonly List<byte[]> _names = [];
    private readonly List<CacheFile> _files = [];

    private SessionCaches()
    {
    }

    /// <summary>
    /// Whether a cache holds changes of this turn: <see cref="EndTurn"/> is due before replies are sent.
    /// </summary>
    public bool HasUncommitted
    {
        get
        {
            foreach (SessionCache cache in _caches)
            {
                if (cache.HasUncommitted)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Those that are configured and work.</summary>
    public IEnumerable<SessionCache> Available => _caches.Where(static cache => cache.IsAvailable);

    /// <summary>The cache at a place: <see cref="SessionCache.Index"/>.</summary>
    public SessionCache this[int index] => _caches[index];

    /// <summary>
    /// Opens all caches, as the current effective user. A cache that cannot be had is said in the log and answers
    /// faults; the others go on. May wait for about a second for a process that is just leaving its files, and may take
    /// another to see whether the sessions in them can be kept.
    /// </summary>
    /// <param name="settings">The caches in the order in which they are to be opened.</param>
    /// <param name="context">What they need.</param>
    /// <exception cref="FatalException">Two caches share a file, or a database name has no type in front of its colon.
    /// </exception>
    public static SessionCaches Open(IReadOnlyList<SessionCacheSettings> settings, SessionCacheContext context)
    {
        // The digest of long ids comes from a library that cannot be loaded in the jail any more.
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([], digest);

        SessionCaches caches = new();
        try
        {
            CacheOpener opener = new(context, caches._files);
            foreach (SessionCacheSettings setting in settings)
            {
                caches._caches.Add(opener.Open(setting, caches._caches.Count));
                caches._names.Add(Encoding.UTF8.GetBytes(setting.Name));
            }
        }
        catch (FatalException)
        {
            caches.Dispose();
            throw;
        }

        return caches;
    }

    /// <summary>The cache of a type, configured or not; null when there is no such type.</summary>
    public SessionCache? Find(ReadOnlySpan<byte> cacheType)
    {
        for (int i = 0; i < _names.Count; i++)
        {
            if (cacheType.SequenceEqual(_names[i]))
            {
                return _caches[i];
            }
        }

        return null;
    }

    /// <summary>
    /// Does a bounded step of a sweep, or of making room, if one is under way: well below a millisecond. What it
    /// removes belongs to the turn as what requests change.
    /// </summary>
    /// <returns>Whether there is more to do: the loop should turn again without waiting.</returns>
    public bool SweepStep()
    {
        bool hasStepped = false;
        foreach (SessionCache cache in _caches)
        {
            if (cache.HasBackgroundWork)
            {
                if (hasStepped)
                {
                    return true;
                }

                cache.BackgroundStep();
                hasStepped = true;
                if (cache.HasBackgroundWork)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// Ends the turn: commits what it changed and lets go of what it read, in each cache. Afterwards
    /// <see cref="SessionCache.LastTurnFailed"/> tells whether the changes were lost. Spans of lookups end here.
    /// </summary>
    public void EndTurn()
    {
        foreach (SessionCache cache in _caches)
        {
            cache.EndTurn();
        }
    }

    /// <summary>Commits what is left and lets the next process have the files. No cache can be used any more.</summary>
    public void HandOver()
    {
        foreach (SessionCache cache in _caches)
        {
            cache.Close();
        }

        foreach (CacheFile file in _files)
        {
            file.Release();
        }

        _caches.Clear();
        _names.Clear();
    }

    /// <summary>
    /// Hands over, and has the disk take what the files hold: without that, sessions outlive this process but not the
    /// machine's restart. May take as long as the disk likes.
    /// </summary>
    public void Settle()
    {
        HandOver();
        foreach (CacheFile file in _files)
        {
            file.MarkClosed();
        }
    }

    /// <summary>Hands over, and closes the files. Nothing is flushed to disk.</summary>
    public void Dispose()
    {
        HandOver();
        foreach (CacheFile file in _files)
        {
            file.Dispose();
        }

        _files.Clear();
    }
}
