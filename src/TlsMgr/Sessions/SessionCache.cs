// One session cache as seen by requests. Failures are contained here: every fault of the cache's file becomes a result
// and is logged once; the rest of the service is not affected.

using System;
using LightningDB;
using TlsMgr.Native.Lmdb;
using TlsMgr.Statistics;

namespace TlsMgr.Sessions;

/// <summary>
/// The TLS session cache of smtpd(8), smtp(8) or lmtp(8). Stores and deletes are committed by
/// <see cref="SessionCaches.EndTurn"/>; see <see cref="LastTurnFailed"/>.
/// </summary>
public sealed class SessionCache
{
    private readonly CacheLog _log;
    private readonly DamageWarning _damage;
    private readonly TimeProvider _clock;
    private SessionStore? _store;
    private ExpiredSessionSweep? _sweep;
    private SessionEviction? _eviction;
    private ExpiredSessionSweep? _flush;
    private int _uncountedStores;
    private bool _mayBeEmpty;

    /// <summary>Creates a cache that is off until <see cref="Begin"/>, but may hold changes until then.</summary>
    internal SessionCache(string name, int index, int timeoutSeconds, CacheLog log, TimeProvider clock)
    {
        Index = index;
        Name = name;
        TimeoutSeconds = timeoutSeconds;
        _log = log;
        Condition = new CacheCondition(log, clock);
        _damage = new DamageWarning(log, clock);
        _clock = clock;
    }

    /// <summary>The cache type of the protocol: <c>smtpd</c>, <c>smtp</c> or <c>lmtp</c>.</summary>
    public string Name { get; }

    /// <summary>The index among the caches of the daemon.</summary>
    public int Index { get; }

    /// <summary>Seconds until a session expires, as reported by <c>policy</c>: 0, or 120 or more.</summary>
    public int TimeoutSeconds { get; }

    /// <summary>
    /// Whether sessions can be stored, now or when its file was examined; reported by <c>policy</c> as cachable.
    /// </summary>
    public bool IsAvailable => IsReady || IsBeingExamined;

    /// <summary>Whether sessions can be stored and found.</summary>
    public bool IsReady => _store is { IsBroken: false };

    /// <summary>Whether its file is being examined: lookups find nothing, and changes are held.</summary>
    public bool IsBeingExamined => Held is { IsHolding: true };

    /// <summary>Whether the cache could be opened at the start; it may have failed since.</summary>
    public bool WasOpened => _store is not null || Held is not null;

    /// <summary>
    /// Whether the changes of the last turn were lost. If so, the reply to every store and delete of that turn is a
    /// fault, regardless of its own result.
    /// </summary>
    public bool LastTurnFailed { get; private set; }

    /// <summary>Counted events.</summary>
    public CounterSet<CacheEvent> Counters { get; } = new();

    /// <summary>What it holds.</summary>
    public CacheFigures Figures => _store?.Figures ?? default;

    /// <summary>See <see cref="SessionCacheSettings.Tls13"/>.</summary>
    internal Tls13Keeping Tls13 { get; init; }

    /// <summary>The path of its file; empty where none is configured.</summary>
    internal string DatabasePath { get; init; } = "";

    /// <summary>Its health, and the reason.</summary>
    internal CacheCondition Condition { get; }

    internal bool HasBackgroundWork => _sweep is { IsRunning: true } || _eviction is { IsRunning: true };

    private SessionLife Life => SessionLife.At(NowSeconds, TimeoutSeconds);

    private long NowSeconds => _clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Looks a session up. An expired or unreadable session is not found, and is removed.</summary>
    /// <param name="id">The cache id: any bytes, any length.</param>
    /// <param name="session">
    /// The session, valid until the next call on this cache; empty when not found.
    /// </param>
    public CacheResult Lookup(ReadOnlySpan<byte> id, out ReadOnlySpan<byte> session)
    {
        session = default;
        if (_store is null || _eviction is null)
        {
            return MissBeforeReady(id);
        }

        _log.Lookup(id);
        Counters.Count(CacheEvent.Lookups);
        Span<byte> keyBuffer = stackalloc byte[LmdbEnvironment.MaximumKeyBytes];
        ReadOnlySpan<byte> key = SessionEntry.WriteKey(id, keyBuffer);
        MDBResultCode code = _store.Get(_store.Sessions, key, out ReadOnlySpan<byte> value);
        if (code != MDBResultCode.Success)
        {
            return ToResult(code);
        }

        ulong keyHash = SessionEntry.HashKey(key);
        if (SessionEntry.TryReadValue(value, keyHash, id, out long timeSeconds, out ReadOnlySpan<byte> found))
        {
            _log.Read(id, timeSeconds, found.Length);
            long nowSeconds = NowSeconds;
            if (SessionLife.At(nowSeconds, TimeoutSeconds).Contains(timeSeconds))
            {
                Counters.Count(CacheEvent.Hits);
                _eviction.RecordUse(keyHash, nowSeconds);
                session = found;
                return CacheResult.Done;
            }
        }
        else
        {
            _damage.Log();
        }

        _log.Delete(id);
        Counters.Count(CacheEvent.Expired);
        return ToResult(_eviction.Remove(key)) == CacheResult.Fault
            ? CacheResult.Fault
            : CacheResult.NotFound;
    }

    /// <summary>Stores a session with the current time; replaces one with the same id.</summary>
    /// <param name="id">The cache id: any bytes, any length.</param>
    /// <param name="session">
    /// The session: any bytes, together with the id up to 16 MiB; a larger one is a fault. An unneeded one is counted.
    /// </param>
    public CacheResult Store(ReadOnlySpan<byte> id, ReadOnlySpan<byte> session)
    {
        bool isLesser = Tls13 != Tls13Keeping.AsOthers && TlsSessionVersion.IsTls13(session);
        if (isLesser && Tls13 == Tls13Keeping.Skip)
        {
            _log.Put(id, session.Length);
            Counters.Count(CacheEvent.Unneeded);
            return CacheResult.Done;
        }

        return _store is null || _eviction is null
            ? Held?.Add(id, session, isDelete: false) ?? CacheResult.Fault
            : StoreAt(id, session, NowSeconds, isLesser);
    }

    /// <summary>Stores a session of another host, as of a time in seconds since 1970; only when ready.</summary>
    internal CacheResult StoreAt(
        ReadOnlySpan<byte> id, ReadOnlySpan<byte> session, long storedSeconds, bool isEvictedFirst = false)
    {
        if (_store is null || _eviction is null)
        {
            return CacheResult.Fault;
        }

        _log.Put(id, session.Length);
        long lengthBytes = SessionEntry.MeasureValue(id, session);
        if (lengthBytes > CacheLimits.MaximumEntryBytes)
        {
            return CacheResult.Fault;
        }

        Span<byte> keyBuffer = stackalloc byte[LmdbEnvironment.MaximumKeyBytes];
        ReadOnlySpan<byte> key = SessionEntry.WriteKey(id, keyBuffer);
        long nowSeconds = NowSeconds;
        Span<byte> value = default;
        MDBResultCode code = _eviction.ChoosePosition(key, isEvictedFirst, nowSeconds, out QueuePosition position);
        if (code == MDBResultCode.Success)
        {
            code = _store.Reserve(_store.Sessions, key, (int)lengthBytes, out value);
        }

        if (code == MDBResultCode.Success)
        {
            SessionEntry.WriteValue(value, key, storedSeconds, position.Number, id, session);
            _log.Write(id, storedSeconds, session.Length);
            code = Evict(_eviction, _store.EvictionsPerStore, nowSeconds);
        }
        else
        {
            _eviction.Start();
        }

        if (code == MDBResultCode.Success)
        {
            code = _eviction.Enqueue(key, position, nowSeconds);
        }

        code = _store.EndStore(code);
        _uncountedStores += code == MDBResultCode.Success ? 1 : 0;
        return ToResult(code);
    }

    /// <summary>Removes a session, expired or not.</summary>
    /// <param name="id">The cache id: any bytes, any length.</param>
    public CacheResult Delete(ReadOnlySpan<byte> id)
    {
        if (_eviction is null)
        {
            return Held?.Add(id, default, isDelete: true) ?? CacheResult.Fault;
        }

        _log.Delete(id);
        Span<byte> keyBuffer = stackalloc byte[LmdbEnvironment.MaximumKeyBytes];
        CacheResult result = ToResult(_eviction.Remove(SessionEntry.WriteKey(id, keyBuffer)));
        Counters.Count(CacheEvent.Deletes, result == CacheResult.Done ? 1 : 0);
        return result;
    }

    /// <summary>
    /// The changes that are held, or were, while its file is examined; null where there was nothing to examine.
    /// </summary>
    internal HeldChanges? Held { get; set; }

    /// <summary>Begins to work with an open store, and makes the changes that were held.</summary>
    internal void Begin(SessionStore store, Action<ReadOnlySpan<byte>> stir)
    {
        _store = store;
        _sweep = new ExpiredSessionSweep(store, stir);
        _eviction = new SessionEviction(store);
        if (IsBeingExamined)
        {
            Held!.MakeIn(this);
            _sweep.Start();
            _eviction.Start();
        }
    }

    /// <summary>Returns faults from now on: the file cannot be used.</summary>
    internal void TurnOff(string reason)
    {
        Held?.GiveUp();
        Condition.Fail(reason);
    }

    /// <summary>Opens an iterator over the sessions; it must be closed before the next call on this cache.</summary>
    /// <param name="behind">The key after which the iterator starts; empty to start at the first.</param>
    internal SessionPage OpenPage(ReadOnlySpan<byte> behind)
    {
        LmdbCursor cursor = default;
        MDBResultCode code = _store is null ? MDBResultCode.NotFound : _store.OpenCursor(_store.Sessions, out cursor);
        ToResult(code);
        return new SessionPage(cursor, code == MDBResultCode.Success, behind, NowSeconds, Life);
    }

    /// <summary>The seconds until a session stored at a given time expires.</summary>
    internal long RemainingSeconds(long storedSeconds) => storedSeconds - Life.OldestSeconds;

    /// <summary>Removes an entry that is not what was stored under its key, and logs it.</summary>
    internal void RemoveDamaged(ReadOnlySpan<byte> key)
    {
        _damage.Log();
        if (_eviction is not null && ToResult(_eviction.Remove(key)) == CacheResult.Done)
        {
            Counters.Count(CacheEvent.Expired);
        }
    }

    /// <summary>Removes sessions of any age, up to the number of one step of the sweep.</summary>
    /// <param name="behind">The key after which the step starts; empty to start at the first.</param>
    /// <param name="removed">The number of sessions removed.</param>
    /// <param name="next">
    /// The key after which the next step starts, valid until that step; empty after the last.
    /// </param>
    internal CacheResult FlushStep(ReadOnlySpan<byte> behind, out int removed, out ReadOnlySpan<byte> next)
    {
        removed = 0;
        next = default;
        if (_store is null)
        {
            return CacheResult.Fault;
        }

        _flush ??= new ExpiredSessionSweep(_store, static _ => { });
        _flush.Restart(behind);
        CacheResult result = ToResult(_flush.Step(SessionLife.None, out removed));
        Counters.Count(CacheEvent.Deletes, removed);
        next = _flush.Position;
        _mayBeEmpty |= next.IsEmpty;
        return result;
    }

    internal void StartSweep()
    {
        if (IsAvailable)
        {
            _log.WriteEvicted();
            _log.StartSweep();
            _sweep?.Start();
            _eviction?.Start();
        }
    }

    /// <summary>Runs one step of the sweep and of evictions, as far as they are in progress.</summary>
    internal void BackgroundStep()
    {
        if (_sweep is { IsRunning: true })
        {
            ToResult(_sweep.Step(Life, out int removed));
            Counters.Count(CacheEvent.Expired, removed);
            _mayBeEmpty |= !_sweep.IsRunning;
            if (_sweep.HasFoundDamage)
            {
                _damage.Log();
            }
        }

        if (_eviction is { IsRunning: true })
        {
            ToResult(Evict(_eviction, CacheLimits.EvictionsPerStep, NowSeconds));
        }
    }

    internal void EndTurn()
    {
        LastTurnFailed = false;
        if (_store is null)
        {
            return;
        }

        bool hasChanges = _store.HasUncommitted;
        MDBResultCode code = _store.EndTurn();
        Counters.Count(CacheEvent.Stores, code == MDBResultCode.Success ? _uncountedStores : 0);
        _uncountedStores = 0;
        if (code != MDBResultCode.Success)
        {
            LastTurnFailed = true;
            _eviction?.Stop();
            Condition.Fault(code, _store);
        }
        else if (hasChanges)
        {
            Condition.Committed();
        }

        if (_mayBeEmpty)
        {
            _mayBeEmpty = false;

            // After a flush or a sweep: a file that was large and holds nothing becomes small.
            ToResult(_store.ShrinkIfEmpty());
        }
    }

    internal void Close()
    {
        EndTurn();
        _log.WriteEvicted();
        _store?.Dispose();
        Held?.Dispose();
    }

    private CacheResult MissBeforeReady(ReadOnlySpan<byte> id)
    {
        if (!IsBeingExamined)
        {
            return CacheResult.Fault;
        }

        _log.Lookup(id);
        Counters.Count(CacheEvent.Lookups);
        return CacheResult.NotFound;
    }

    private MDBResultCode Evict(SessionEviction eviction, int maximum, long nowSeconds)
    {
        MDBResultCode code = eviction.Step(
            maximum, nowSeconds, SessionLife.At(nowSeconds, TimeoutSeconds), out int expired, out int evicted);
        Counters.Count(CacheEvent.Expired, expired);
        Counters.Count(CacheEvent.Evicted, evicted);
        _log.CountEvicted(evicted);
        return code;
    }

    /// <summary>Maps a result code of LMDB to a result, and logs a fault.</summary>
    private CacheResult ToResult(MDBResultCode code)
    {
        if (code is MDBResultCode.Success or MDBResultCode.NotFound)
        {
            return code == MDBResultCode.Success ? CacheResult.Done : CacheResult.NotFound;
        }

        Condition.Fault(code, _store);
        return CacheResult.Fault;
    }
}
