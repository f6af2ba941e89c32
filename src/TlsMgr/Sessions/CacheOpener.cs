// Opens the configured caches one after the other, with the log texts of Postfix's tlsmgr in its order.
// Invariant: no two caches share a file.

using System;
using System.Collections.Generic;
using LightningDB;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;
using TlsMgr.Sessions.Files;

namespace TlsMgr.Sessions;

/// <summary>Opens caches.</summary>
/// <param name="context">What all caches use of the daemon.</param>
/// <param name="files">Receives the opened files, which are closed after the caches.</param>
/// <param name="examinations">Receives the examinations of files that may be kept.</param>
internal sealed class CacheOpener(
    SessionCacheContext context, List<CacheFile> files, List<CacheExamination> examinations)
{
    private readonly List<(string CacheName, string Text, CacheDatabaseName Database)> _known = [];
    private readonly LockWait _lockWait = new(context.Wait);

    /// <summary>Opens one cache; a cache that is not configured, or cannot be opened, returns faults.</summary>
    /// <exception cref="FatalException">The cache shares a file with an earlier one, or has no type.</exception>
    internal SessionCache Open(SessionCacheSettings settings, int index)
    {
        int timeoutSeconds = CacheLimits.EffectiveTimeoutSeconds(settings.TimeoutSeconds);
        string reason = timeoutSeconds == 0 ? $"{settings.Name}_tls_session_cache_timeout is 0" : settings.OffReason;
        if (settings.Database.Length == 0 || reason.Length > 0)
        {
            return CreateOff(settings, index, timeoutSeconds, reason);
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
        SessionCache cache = new(settings.Name, index, timeoutSeconds, log, context.Clock)
        {
            DatabasePath = database.FilePath,
            Tls13 = settings.Tls13,
        };
        if (OpenFile(cache, database, limited, FileSettings(settings, limited)) is { } fault)
        {
            cache.TurnOff(fault);
        }
        else
        {
            ScheduleSweep(cache, TimeSpan.Zero);
        }

        return cache;
    }

    private SessionCache CreateOff(SessionCacheSettings settings, int index, int timeoutSeconds, string reason)
    {
        CacheLog silent = new(context.Log, settings.Name, settings.Database, logsOperations: false);
        SessionCache cache = new(settings.Name, index, timeoutSeconds, silent, context.Clock)
        {
            DatabasePath = settings.Database.Length == 0
                ? ""
                : CacheDatabaseName.Parse(settings.Database, context.DefaultType).FilePath,
        };
        cache.Condition.SwitchOff(reason);
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

    /// <summary>Opens the file of a cache; returns why it cannot be used, or null.</summary>
    private string? OpenFile(
        SessionCache cache, CacheDatabaseName database, SessionCacheContext limited, CacheFileSettings settings)
    {
        if (!database.IsSupported)
        {
            return $"unsupported dictionary type: {database.Type}";
        }

        CacheFile? file = CacheFile.Open(database, settings, _lockWait, out CacheFileFault? fault);
        if (file is null)
        {
            return fault!.AllowsMemory ? OpenInMemory(cache, limited, settings, fault.Text) : fault.Text;
        }

        MDBResultCode code = OpenStore(file, limited, out SessionStore? store);
        if (store is not null)
        {
            Begin(cache, file, store);
            return null;
        }

        bool lacksMaps = code is (MDBResultCode)Errno.NoDevice or (MDBResultCode)Errno.InvalidArgument;
        if (lacksMaps)
        {
            file.Remove();
        }

        file.Dispose();
        return lacksMaps
            ? OpenInMemory(
                cache, limited, settings, $"the file system of {database.FilePath} has no shared memory maps")
            : file.DescribeFault(code);
    }

    /// <summary>Opens a cache without a file; returns why it cannot be used, or null.</summary>
    private string? OpenInMemory(
        SessionCache cache, SessionCacheContext context, CacheFileSettings settings, string reason)
    {
        SessionCacheContext small = context with { Limits = context.Limits.InMemory(), Persists = false };
        if (CacheFile.CreateInMemory(settings with { Persists = false }) is not { } file)
        {
            return reason;
        }

        if (OpenStore(file, small, out SessionStore? store) != MDBResultCode.Success)
        {
            file.Dispose();
            return reason;
        }

        cache.Condition.HoldInMemory(reason);
        Begin(cache, file, store!);
        return null;
    }

    private void Begin(SessionCache cache, CacheFile file, SessionStore store)
    {
        files.Add(file);
        file.IsSound = !file.MustBeExamined;
        file.IsStoreIntact = () => !store.IsBroken;
        if (file.MustBeExamined)
        {
            cache.Held = new HeldChanges(context.Clock);
            examinations.Add(new CacheExamination(cache, file, store, context.Stir));
        }
        else
        {
            cache.Begin(store, context.Stir);
        }
    }

    private static MDBResultCode OpenStore(CacheFile file, SessionCacheContext limited, out SessionStore? store)
    {
        MDBResultCode code = file.MustBeExamined
            ? SessionStore.Map(file.Path, file.Identity, limited.Limits, out store)
            : SessionStore.Open(file.Path, file.Identity, limited.Limits, out store);
        if (store is not null && file.MarkOpen() is < 0 and var result)
        {
            store.Dispose();
            store = null;
            return (MDBResultCode)(-result);
        }

        return code;
    }

    private static CacheFileSettings FileSettings(SessionCacheSettings settings, SessionCacheContext limited) => new(
        SessionEntry.DatabaseName, limited.Limits.MaximumMapBytes, limited.Persists, limited.BootId, limited.Log)
    {
        CacheName = settings.Name,
        Clock = limited.Clock,
        Trust = settings.Trust,
        Instance = limited.Instance,
    };

    private void ScheduleSweep(SessionCache cache, TimeSpan delay) => context.Timers.Schedule(delay, () =>
    {
        cache.StartSweep();
        ScheduleSweep(cache, TimeSpan.FromSeconds(cache.TimeoutSeconds));
    });
}
