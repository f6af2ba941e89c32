// All session caches of the daemon: opened once at the start, as the user who owns their files and before the jail, and
// then used by the event loop alone. One turn of the loop: serve requests, EndTurn, and only then send the replies to
// stores and deletes; then SweepStep, and EndTurn for what it removed. Must never let the fault of one cache reach
// another cache or the service.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using TlsMgr.Postfix.Logging;
using TlsMgr.Sessions.Files;

namespace TlsMgr.Sessions;

/// <summary>The session caches of the daemon.</summary>
public sealed class SessionCaches : IDisposable
{
    private readonly List<SessionCache> _caches = [];
    private readonly List<byte[]> _names = [];
    private readonly List<CacheFile> _files = [];

    private SessionCaches()
    {
    }

    /// <summary>Those that worked at the start, whatever has become of them.</summary>
    public IEnumerable<SessionCache> Opened => _caches.Where(static cache => cache.WasOpened);

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
    /// removes is gone with the next <see cref="EndTurn"/>.
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
    public void ReleaseFiles()
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
    public void SyncToDisk()
    {
        ReleaseFiles();
        foreach (CacheFile file in _files)
        {
            file.MarkClosed();
        }
    }

    /// <summary>Hands over, and closes the files. Nothing is flushed to disk.</summary>
    public void Dispose()
    {
        ReleaseFiles();
        foreach (CacheFile file in _files)
        {
            file.Dispose();
        }

        _files.Clear();
    }
}
