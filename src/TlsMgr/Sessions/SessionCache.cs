// One session cache as requests see it. This is the border behind which a cache may fail: whatever goes wrong with its
// file becomes an answer here, is said once in the log, and never reaches the rest of the service.

using System;
using TlsMgr.Native.Lmdb;
using TlsMgr.Postfix;

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
    private CacheHealth _health;
    private long _lastFaultTimestamp;
    private long _damageTimestamp;
    private long _evictionsSaid;

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

    /// <summary>
    /// Whether the changes of the turn that ended last were lost. Then every store and delete of that turn is to be
    /// answered as a fault, whatever its own answer was.
    /// </summary>
    public bool LastTurnFailed { get; private set; }

    internal bool HasUncommitted => _store is { HasUncommitted: true } or { IsTurnLost: true };

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
        if (_store is null)
        {
            return CacheAnswer.Fault;
        }

        _log.Lookup(id);
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
                _eviction?.NoteUse(key, nowSeconds);
                session = found;
                return CacheAnswer.Done;
            }
        }
        else
        {
            SayDamage();
        }

        _log.Delete(id);
        return Answer(_store.Delete(_store.Sessions, key)) == CacheAnswer.Fault
            ? CacheAnswer.Fault
            : CacheAnswer.NotFound;
    }

    /// <summary>Stores a session with the present time, in place of one under the same id.</summary>
    /// <param name="id">The cache id: any bytes, any length.</param>
    /// <param name="session">The session: any bytes; with the id up to 16 MiB, above that the answer is a
    /// fault.</param>
    public CacheAnswer Store(ReadOnlySpan<byte> id, ReadOnlySpan<byte> session)
    {
        if (_store is null)
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
        MDBResultCode code = _store.Reserve(_store.Sessions, key, (int)lengthBytes, out Span<byte> value);
        if (code == MDBResultCode.Success)
        {
            long nowSeconds = NowSeconds;
            SessionEntry.WriteValue(value, key, nowSeconds, id, session);
            _log.Write(id, nowSeconds, session.Length);
            code = KeepToLimits(key, new OrderEntry(nowSeconds, SessionEntry.ReadChecksum(value)));
        }
        else
        {
            _eviction?.Start();
        }

        return Answer(code);
    }

    /// <summary>Removes a session, expired or not; not found when there is none.</summary>
    /// <param name="id">The cache id: any bytes, any length.</param>
    public CacheAnswer Delete(ReadOnlySpan<byte> id)
    {
        if (_store is null)
        {
            return CacheAnswer.Fault;
        }

        _log.Delete(id);
        Span<byte> room = stackalloc byte[LightningEnvironment.MaximumKeyBytes];
        return Answer(_store.Delete(_store.Sessions, SessionEntry.WriteKey(id, room)));
    }

    internal void StartSweep()
    {
        if (IsAvailable)
        {
            SayEvictions();
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
            Answer(_sweep.Step(OldestSeconds));
        }

        if (_eviction is { IsRunning: true })
        {
            Answer(_eviction.Step(CacheLimits.EvictionsPerStep, NowSeconds, OldestSeconds));
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
        if (code != MDBResultCode.Success)
        {
            LastTurnFailed = true;
            SayFault(code);
        }
        else if (hasChanges && _health == CacheHealth.Ailing
            && _clock.GetElapsedTime(_lastFaultTimestamp).TotalSeconds >= CacheLimits.RecoverySeconds)
        {
            _health = CacheHealth.Sound;
            _log.Recovered();
        }
    }

    internal void Close()
    {
        EndTurn();
        SayEvictions();
        _store?.Dispose();
    }

    /// <summary>What a store costs beside its own place: an entry of the order, and what has to go for it.</summary>
    private MDBResultCode KeepToLimits(ReadOnlySpan<byte> key, OrderEntry entry)
    {
        if (_eviction is null)
        {
            return MDBResultCode.Success;
        }

        MDBResultCode code = _eviction.Step(
            CacheLimits.EvictionsPerStore, entry.TimeSeconds, entry.TimeSeconds - TimeoutSeconds);
        return code == MDBResultCode.Success ? _eviction.NoteStored(key, entry) : code;
    }

    private void SayEvictions()
    {
        if (_eviction is not null && _eviction.Evicted > _evictionsSaid)
        {
            _log.Evicted(_eviction.Evicted - _evictionsSaid);
            _evictionsSaid = _eviction.Evicted;
        }
    }

    private CacheAnswer Answer(MDBResultCode code)
    {
        if (code is MDBResultCode.Success or MDBResultCode.NotFound)
        {
            return code == MDBResultCode.Success ? CacheAnswer.Done : CacheAnswer.NotFound;
        }

        SayFault(code);
        return CacheAnswer.Fault;
    }

    private void SayFault(MDBResultCode code)
    {
        _lastFaultTimestamp = _clock.GetTimestamp();
        if (_store is { IsBroken: true })
        {
            if (_health != CacheHealth.Broken)
            {
                _health = CacheHealth.Broken;
                _log.Broken(code);
            }
        }
        else if (_health == CacheHealth.Sound)
        {
            _health = CacheHealth.Ailing;
            _log.Ailing(code, _store is { IsFull: true });
        }
    }

    private void SayDamage()
    {
        if (_damageTimestamp == 0
            || _clock.GetElapsedTime(_damageTimestamp).TotalSeconds >= Limits.RepeatedWarningSeconds)
        {
            _damageTimestamp = _clock.GetTimestamp();
            _log.Damaged();
        }
    }

    private enum CacheHealth
    {
        Sound,
        Ailing,
        Broken,
    }
}
