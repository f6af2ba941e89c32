// One session cache as requests see it. This is the border behind which a cache may fail: whatever goes wrong with its
// file becomes an answer here, is said once in the log, and never reaches the rest of the service.

using System;
using TlsMgr.Native.Lmdb;
using TlsMgr.Postfix.Logging;
using TlsMgr.Statistics;

namespace TlsMgr.Sessions;

/// <summary>
/// A cache of TLS sessions: smtpd's, smtp's or lmtp's. What is stored or deleted is certain only after
/// <see cref="SessionCaches.EndTurn"/>; see <see cref="LastTurnFailed"/>.
/// </summary>
public sealed class SessionCache
{
    private readonly CacheLog _log;
    private readonly TimeProvider _clock;
    private readonly SessionStore? _store;
    private readonly SessionSweep? _sweep;
    private readonly SessionEviction? _eviction;
    private SessionSweep? _flush;
    private CacheHealth _health;
    private long _lastFaultTimestamp;
    private long _damageTimestamp;
    private long _evictionsUnsaid;
    private int _uncountedStores;

    internal SessionCache(
        string name, int index, int timeoutSeconds, CacheLog log, TimeProvider clock, SessionStore? store,
        SessionSweep? sweep, SessionEviction? eviction)
    {
        Index = index;
        Name = name;
        TimeoutSeconds = timeoutSeconds;
        _log = log;
        _clock = clock;
        _store = store;
        _sweep = sweep;
        _eviction = eviction;
    }

    /// <summary>The cache type of the protocol: <c>smtpd</c>, <c>smtp</c> or <c>lmtp</c>.</summary>
    public string Name { get; }

    /// <summary>Its place among the caches of the daemon.</summary>
    public int Index { get; }

    /// <summary>Seconds that a session is kept: 0, or 120 and more; what <c>policy</c> reports.</summary>
    public int TimeoutSeconds { get; }

    /// <summary>Whether sessions can be kept here: what <c>policy</c> reports as cachable.</summary>
    public bool IsAvailable => _store is { IsBroken: false };

    /// <summary>Whether it worked at the start; it may have broken since.</summary>
    public bool WasOpened => _store is not null;

    /// <summary>
    /// Whether the changes of the turn that ended last were lost. Then every store and delete of that turn is to be
    /// answered as a fault, whatever its own answer was.
    /// </summary>
    public bool LastTurnFailed { get; private set; }

    /// <summary>What is counted of it.</summary>
    public CounterSet<CacheEvent> Counters { get; } = new();

    /// <summary>How many sessions it holds, expired ones that are not removed yet too; 0 when it is off.</summary>
    public long Entries => _store?.Entries ?? 0;

    /// <summary>How much of its file is in use, in bytes; 0 when it is off.</summary>
    public long SizeBytes => _store?.UsedBytes ?? 0;

    internal bool HasBackgroundWork => _sweep is { IsRunning: true } || _eviction is { IsRunning: true };

    private long OldestSeconds => NowSeconds - TimeoutSeconds;

    private long NowSeconds => _clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Finds a session. One that has expired, or that cannot be read, is not found and is removed.</summary>
    /// <param name="id">The cache id: any bytes, any length.</param>
    /// <param name="session">The session; its bytes live until the next call on this cache. Empty when not
    /// found.</param>
    public CacheAnswer Lookup(ReadOnlySpan<byte> id, out ReadOnlySpan<byte> session)
    {
        session = default;
        if (_store is null || _eviction is null)
        {
            return CacheAnswer.Fault;
        }

        _log.Lookup(id);
        Counters.Count(CacheEvent.Lookups);
        Span<byte> room = stackalloc byte[LightningEnvironment.MaximumKeyBytes];
        ReadOnlySpan<byte> key = SessionEntry.WriteKey(id, room);
        MDBResultCode code = _store.Get(_store.Sessions, key, out ReadOnlySpan<byte> value);
        if (code != MDBResultCode.Success)
        {
            return Answer(code);
        }

        if (SessionEntry.TryReadValue(value, key, id, out long timeSeconds, out ReadOnlySpan<byte> found))
        {
            _log.Read(id, timeSeconds, found.Length);
            long nowSeconds = NowSeconds;
            if (timeSeconds >= nowSeconds - TimeoutSeconds)
            {
                Counters.Count(CacheEvent.Hits);
                _eviction.NoteUse(key, nowSeconds);
                session = found;
                return CacheAnswer.Done;
            }
        }
        else
        {
            LogDamage();
        }

        _log.Delete(id);
        Counters.Count(CacheEvent.Expired);
        return Answer(_eviction.Remove(key)) == CacheAnswer.Fault
            ? CacheAnswer.Fault
            : CacheAnswer.NotFound;
    }

    /// <summary>Stores a session with the present time, in place of one under the same id.</summary>
    /// <param name="id">The cache id: any bytes, any length.</param>
    /// <param name="session">The session: any bytes; with the id up to 16 MiB, above that the answer is a
    /// fault.</param>
    public CacheAnswer Store(ReadOnlySpan<byte> id, ReadOnlySpan<byte> session)
    {
        if (_store is null || _eviction is null)
        {
            return CacheAnswer.Fault;
        }

        _log.Put(id, session.Length);
        long lengthBytes = SessionEntry.MeasureValue(id, session);
        if (lengthBytes > CacheLimits.MaximumEntryBytes)
        {
            return CacheAnswer.Fault;
        }

        Span<byte> room = stackalloc byte[LightningEnvironment.MaximumKeyBytes];
        ReadOnlySpan<byte> key = SessionEntry.WriteKey(id, room);
        long nowSeconds = NowSeconds;
        Span<byte> value = default;
        MDBResultCode code = _eviction.ChoosePlace(key, nowSeconds, out QueuePosition place);
        if (code == MDBResultCode.Success)
        {
            code = _store.Reserve(_store.Sessions, key, (int)lengthBytes, out value);
        }

        if (code == MDBResultCode.Success)
        {
            SessionEntry.WriteValue(value, key, nowSeconds, place.Number, id, session);
            _log.Write(id, nowSeconds, session.Length);
            _uncountedStores++;
            code = Evict(_eviction, CacheLimits.EvictionsPerStore, nowSeconds);
        }
        else
        {
            _eviction.Start();
        }

        if (code == MDBResultCode.Success)
        {
            code = _eviction.NoteStored(key, place, nowSeconds);
        }

        return Answer(code);
    }

    /// <summary>Removes a session, expired or not; not found when there is none.</summary>
    /// <param name="id">The cache id: any bytes, any length.</param>
    public CacheAnswer Delete(ReadOnlySpan<byte> id)
    {
        if (_eviction is null)
        {
            return CacheAnswer.Fault;
        }

        _log.Delete(id);
        Span<byte> room = stackalloc byte[LightningEnvironment.MaximumKeyBytes];
        CacheAnswer answer = Answer(_eviction.Remove(SessionEntry.WriteKey(id, room)));
        Counters.Count(CacheEvent.Deletes, answer == CacheAnswer.Done ? 1 : 0);
        return answer;
    }

    /// <summary>Opens a walk over what is stored, to be closed before the next call on this cache.</summary>
    /// <param name="behind">The key behind which it begins; empty for the first.</param>
    internal SessionPage OpenPage(ReadOnlySpan<byte> behind)
    {
        LightningCursor cursor = default;
        MDBResultCode code = _store is null ? MDBResultCode.NotFound : _store.OpenCursor(_store.Sessions, out cursor);
        Answer(code);
        return new SessionPage(cursor, code == MDBResultCode.Success, behind, OldestSeconds);
    }

    /// <summary>For how many seconds a session stored at some time can be found.</summary>
    internal long SecondsLeft(long storedSeconds) => storedSeconds - OldestSeconds;

    /// <summary>Removes sessions of any age, as many as a step of the sweep does.</summary>
    /// <param name="behind">The key behind which to begin; empty for the first.</param>
    /// <param name="removed">How many were removed.</param>
    /// <param name="next">Where the next step is to begin; empty after the last. Lives until that.</param>
    internal CacheAnswer FlushStep(ReadOnlySpan<byte> behind, out int removed, out ReadOnlySpan<byte> next)
    {
        removed = 0;
        next = default;
        if (_store is null)
        {
            return CacheAnswer.Fault;
        }

        _flush ??= new SessionSweep(_store, static _ => { });
        _flush.Restart(behind);
        CacheAnswer answer = Answer(_flush.Step(long.MaxValue, out removed));
        Counters.Count(CacheEvent.Deletes, removed);
        next = _flush.Place;
        return answer;
    }

    internal void StartSweep()
    {
        if (IsAvailable)
        {
            LogEvictions();
            _log.StartSweep();
            _sweep?.Start();
            _eviction?.Start();
        }
    }

    /// <summary>A step of what is under way beside the requests.</summary>
    internal void BackgroundStep()
    {
        if (_sweep is { IsRunning: true })
        {
            Answer(_sweep.Step(OldestSeconds, out int removed));
            Counters.Count(CacheEvent.Expired, removed);
        }

        if (_eviction is { IsRunning: true })
        {
            Answer(Evict(_eviction, CacheLimits.EvictionsPerStep, NowSeconds));
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
            LogFault(code);
        }
        else if (hasChanges && _health == CacheHealth.Degraded
            && _clock.GetElapsedTime(_lastFaultTimestamp).TotalSeconds >= CacheLimits.RecoverySeconds)
        {
            _health = CacheHealth.Healthy;
            _log.Recovered();
        }
    }

    internal void Close()
    {
        EndTurn();
        LogEvictions();
        _store?.Dispose();
    }

    private MDBResultCode Evict(SessionEviction eviction, int most, long nowSeconds)
    {
        MDBResultCode code = eviction.Step(
            most, nowSeconds, nowSeconds - TimeoutSeconds, out int expired, out int evicted);
        Counters.Count(CacheEvent.Expired, expired);
        Counters.Count(CacheEvent.Evicted, evicted);
        _evictionsUnsaid += evicted;
        return code;
    }

    private void LogEvictions()
    {
        if (_evictionsUnsaid > 0)
        {
            _log.Evicted(_evictionsUnsaid);
            _evictionsUnsaid = 0;
        }
    }

    private CacheAnswer Answer(MDBResultCode code)
    {
        if (code is MDBResultCode.Success or MDBResultCode.NotFound)
        {
            return code == MDBResultCode.Success ? CacheAnswer.Done : CacheAnswer.NotFound;
        }

        LogFault(code);
        return CacheAnswer.Fault;
    }

    private void LogFault(MDBResultCode code)
    {
        _lastFaultTimestamp = _clock.GetTimestamp();
        if (_store is { IsBroken: true })
        {
            if (_health != CacheHealth.Failed)
            {
                _health = CacheHealth.Failed;
                _log.Failed(code);
            }
        }
        else if (_health == CacheHealth.Healthy)
        {
            _health = CacheHealth.Degraded;
            _log.Degraded(code, _store is { IsFull: true });
        }
    }

    private void LogDamage()
    {
        if (_damageTimestamp == 0
            || _clock.GetElapsedTime(_damageTimestamp).TotalSeconds >= LogLimits.RepeatedWarningSeconds)
        {
            _damageTimestamp = _clock.GetTimestamp();
            _log.Damaged();
        }
    }

    private enum CacheHealth
    {
        Healthy,
        Degraded,
        Failed,
    }
}
