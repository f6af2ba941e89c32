// The session caches are opened once at the start, as the user who owns their files and before the jail, and are then
// used by the event loop alone. Files with sessions of an earlier process are examined in the loop, the smallest first:
// the caches serve from the first turn, and find these sessions when their own file was examined. Order within a turn:
// serve requests, EndTurn, write the replies to stores and deletes; then BackgroundStep, and EndTurn for its removals.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using TlsMgr.Postfix.Logging;
using TlsMgr.Sessions.Files;

namespace TlsMgr.Sessions;

/// <summary>All session caches of the daemon. A fault of one cache affects no other.</summary>
public sealed class SessionCaches : IDisposable
{
    private readonly List<SessionCache> _caches = [];
    private readonly List<byte[]> _names = [];
    private readonly List<CacheFile> _files = [];
    private readonly List<CacheExamination> _examinations = [];
    private readonly TimeProvider _clock;
    private int _stepsBefore = CacheLimits.StepsBeforeLargeFiles;
    private long _smallFilesSince;

    private SessionCaches(TimeProvider clock) => _clock = clock;

    /// <summary>The caches that could be opened at the start, including those that have failed since.</summary>
    public IEnumerable<SessionCache> Opened => _caches.Where(static cache => cache.WasOpened);

    /// <summary>The configured caches that could not be opened at the start, or may not be used.</summary>
    public IEnumerable<SessionCache> Unopened => _caches.Where(
        static cache => !cache.WasOpened && cache.DatabasePath.Length > 0);

    /// <summary>The cache with an index: <see cref="SessionCache.Index"/>.</summary>
    public SessionCache this[int index] => _caches[index];

    /// <summary>
    /// Opens all caches, as the current effective user. A cache that cannot be opened is logged and returns faults; the
    /// others work. May wait about a second for a process that is releasing the files.
    /// </summary>
    /// <param name="settings">The caches, in the order in which they are opened.</param>
    /// <param name="context">What all caches use of the daemon.</param>
    /// <exception cref="FatalException">
    /// Two caches share a file, or a database name has no type before its colon.
    /// </exception>
    public static SessionCaches Open(IReadOnlyList<SessionCacheSettings> settings, SessionCacheContext context)
    {
        // Loads the library for the digests of long ids, which the jail does not contain.
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([], digest);

        SessionCaches caches = new(context.Clock);
        try
        {
            CacheOpener opener = new(context, caches._files, caches._examinations);
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

        caches._examinations.Sort(static (one, other) => one.SizeBytes.CompareTo(other.SizeBytes));
        return caches;
    }

    /// <summary>Returns the cache of a type, configured or not; null for an unknown type.</summary>
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
    /// Runs a bounded step of what is in progress: a millisecond of examining files, and well below one of a sweep
    /// or of evictions. The next <see cref="EndTurn"/> commits its removals.
    /// </summary>
    /// <returns>Whether there is more to do: the event loop should not wait in its next turn.</returns>
    public bool BackgroundStep()
    {
        if (_stepsBefore > 0)
        {
            _stepsBefore--;
            ExamineSmallFiles();
        }
        else if (_examinations.Count > 0)
        {
            ExamineFor(CacheLimits.ExaminationStepMilliseconds);
        }

        return SweepStep() || _examinations.Count > 0;
    }

    /// <summary>Examines all files, however long that takes: where there is no event loop.</summary>
    public void ExamineAll()
    {
        while (_examinations.Count > 0)
        {
            ExamineStep();
        }
    }

    /// <summary>
    /// Runs a bounded step of a sweep or of evictions, if one is in progress. The next <see cref="EndTurn"/> commits
    /// its removals.
    /// </summary>
    /// <returns>Whether there is more to do.</returns>
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
    /// Ends the turn in each cache: commits its changes and ends its read transaction. Afterwards
    /// <see cref="SessionCache.LastTurnFailed"/> is set if the changes were lost. Invalidates the spans of lookups.
    /// </summary>
    public void EndTurn()
    {
        foreach (SessionCache cache in _caches)
        {
            cache.EndTurn();
        }
    }

    /// <summary>
    /// Commits outstanding changes and releases the locks of the files for the next process. No cache can be used
    /// afterwards.
    /// </summary>
    public void ReleaseFiles()
    {
        foreach (CacheExamination examination in _examinations)
        {
            examination.Dispose();
        }

        _examinations.Clear();
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
    /// Releases the files and writes their content to disk, however long that takes. Without this call sessions survive
    /// the end of the process, but not a restart of the machine.
    /// </summary>
    public void SyncToDisk()
    {
        ReleaseFiles();
        foreach (CacheFile file in _files)
        {
            file.MarkClosed();
        }
    }

    /// <summary>Releases and closes the files, without flushing them to disk.</summary>
    public void Dispose()
    {
        ReleaseFiles();
        foreach (CacheFile file in _files)
        {
            file.Dispose();
        }

        _files.Clear();
    }

    /// <summary>Reads a page or a part of the next file that is to be examined.</summary>
    internal void ExamineStep()
    {
        if (!_examinations[0].Step())
        {
            _examinations[0].Dispose();
            _examinations.RemoveAt(0);
        }
    }

    /// <summary>
    /// Before the first clients are served: no client finds a session of a small file missing, and none waits for a
    /// large one.
    /// </summary>
    private void ExamineSmallFiles()
    {
        _smallFilesSince = _smallFilesSince == 0 ? _clock.GetTimestamp() : _smallFilesSince;
        while (_examinations.Count > 0 && _examinations[0].SizeBytes <= CacheLimits.SmallFileBytes
            && _clock.GetElapsedTime(_smallFilesSince).TotalMilliseconds < CacheLimits.SmallFilesMilliseconds)
        {
            ExamineStep();
        }
    }

    private void ExamineFor(int milliseconds)
    {
        long start = _clock.GetTimestamp();
        do
        {
            ExamineStep();
        }
        while (_examinations.Count > 0 && _clock.GetElapsedTime(start).TotalMilliseconds < milliseconds);
    }
}
