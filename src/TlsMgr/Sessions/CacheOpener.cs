// Opens the configured caches one after the other, with the log texts of Postfix's tlsmgr in its order.
// Invariant: no two caches share a file.

using System;
using System.Collections.Generic;
using LightningDB;
using TlsMgr.Native.Lmdb;
using TlsMgr.Postfix.Logging;
using TlsMgr.Sessions.Files;

namespace TlsMgr.Sessions;

/// <summary>Opens caches.</summary>
/// <param name="context">What all caches use of the daemon.</param>
/// <param name="files">Receives the opened files, which are closed after the caches.</param>
internal sealed class CacheOpener(SessionCacheContext context, List<CacheFile> files)
{
    private readonly List<(string CacheName, string Text, CacheDatabaseName Database)> _known = [];
    private readonly LockPatience _patience = new(context.Wait);
    private readonly ExaminationTime _examinationTime = new(context.Clock);

    /// <summary>Opens one cache; a cache that is not configured, or cannot be opened, returns faults.</summary>
    /// <exception cref="FatalException">The cache shares a file with an earlier one, or has no type.</exception>
    internal SessionCache Open(SessionCacheSettings settings, int index)
    {
        int timeoutSeconds = CacheLimits.EffectiveTimeoutSeconds(settings.TimeoutSeconds);
        if (settings.Database.Length == 0 || timeoutSeconds == 0)
        {
            CacheLog silent = new(context.Log, settings.Name, settings.Database, logsOperations: false);
            return new SessionCache(settings.Name, index, timeoutSeconds, silent, context.Clock, null, null, null);
        }

        RefuseShared(settings.Name, settings.Database, known => known.Text == settings.Database);
        bool logsCache = TlsLogLevel.LogsCache($"{settings.Name}_tls_loglevel", settings.LogLevel, context.Log);
        CacheDatabaseName database = CacheDatabaseName.Parse(settings.Database, context.DefaultType);
        if (database.IsSupported)
        {
            database = database with { Path = context.Redirect(database.Path, $"table {settings.Database}") };
        }

        CacheLog log = new(context.Log, settings.Name, database.ToString(), logsCache);
        log.Open();
        if (database.Type.Length == 0)
        {
            throw new FatalException($"open dictionary: expecting \"type:name\" form instead of \"{database}\"");
        }

        RefuseShared(settings.Name, database.ToString(), known => known.Database.IsSameFile(database));
        _known.Add((settings.Name, settings.Database, database));

        SessionCacheContext limited = context with
        {
            Limits = context.Limits.With(settings.SizeLimitBytes, settings.EntryLimit),
        };
        SessionStore? store = OpenStore(database, limited, FileSettings(settings, limited), out string fault);
        SessionSweep? sweep = store is null ? null : new SessionSweep(store, context.Stir);
        SessionEviction? eviction = store is null ? null : new SessionEviction(store);
        SessionCache cache = new(settings.Name, index, timeoutSeconds, log, context.Clock, store, sweep, eviction);
        if (store is null)
        {
            log.Unavailable(fault);
        }
        else
        {
            ScheduleSweep(cache, TimeSpan.Zero);
        }

        return cache;
    }

    private void RefuseShared(
        string cacheName, string file, Predicate<(string CacheName, string Text, CacheDatabaseName Database)> isSame)
    {
        int index = _known.FindIndex(isSame);
        if (index >= 0)
        {
            throw new FatalException(
                $"do not use the same TLS cache file {file} for {_known[index].CacheName} and {cacheName}");
        }
    }

    private SessionStore? OpenStore(
        CacheDatabaseName database, SessionCacheContext limited, CacheFileSettings settings, out string fault)
    {
        if (!database.IsSupported)
        {
            fault = $"unsupported dictionary type: {database.Type}";
            return null;
        }

        CacheFile? file = CacheFile.Open(database, settings, _patience, _examinationTime, out fault);
        if (file is null)
        {
            return null;
        }

        MDBResultCode code = SessionStore.Open(
            database.FilePath, file.Identity, limited.Limits, out SessionStore? store);
        if (store is not null && limited.Persists && file.MarkOpen(settings) is < 0 and var answer)
        {
            store.Dispose();
            store = null;
            code = (MDBResultCode)(-answer);
        }

        if (store is null)
        {
            fault = $"open database {database.FilePath}: {code.Describe()}";
            file.Dispose();
            return null;
        }

        files.Add(file);
        return store;
    }

    private static CacheFileSettings FileSettings(SessionCacheSettings settings, SessionCacheContext limited) => new(
        SessionEntry.DatabaseName, limited.Limits.MaximumMapBytes, limited.Persists, limited.BootId, limited.Log)
    {
        CacheName = settings.Name,
        Clock = limited.Clock,
        Trust = settings.Trust,
    };

    private void ScheduleSweep(SessionCache cache, TimeSpan delay) => context.Timers.Schedule(delay, () =>
    {
        cache.StartSweep();
        ScheduleSweep(cache, TimeSpan.FromSeconds(cache.TimeoutSeconds));
    });
}
