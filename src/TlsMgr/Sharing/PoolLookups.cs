// The way of a lookup to the pool and back: what is asked for, who waits for it, and what becomes of the answer.

using System;
using System.Linq;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Postfix.Server;
using TlsMgr.Sessions;
using TlsMgr.Statistics;

namespace TlsMgr.Sharing;

/// <summary>Asks for sessions and takes the answers.</summary>
internal sealed class PoolLookups
{
    private readonly SharingSettings _settings;
    private readonly TimerQueue _timers;
    private readonly ILink _link;
    private readonly PoolEntries _entries;
    private readonly SharingHealth _health;
    private readonly CounterSet<SharingEvent> _counters;
    private readonly HeldLookups _held;
    private readonly AskedSessions _asked;
    private readonly NameMemory _misses;
    private readonly Breaker _breaker;

    internal PoolLookups(
        SharingSettings settings, PoolEntries entries, ILink link, SharingHealth health, TimerQueue timers,
        CounterSet<SharingEvent> counters)
    {
        _settings = settings;
        _entries = entries;
        _link = link;
        _health = health;
        _timers = timers;
        _counters = counters;
        _held = new HeldLookups(timers.Clock);
        _asked = new AskedSessions(
            timers, int.Max(settings.LookupMilliseconds, SharingLimits.OverdueMilliseconds), OnOverdue);
        _misses = new NameMemory(timers.Clock, SharingLimits.RememberedMisses);
        _breaker = new Breaker(timers.Clock);
    }

    /// <summary>The number of lookups that wait.</summary>
    internal int Waiting => _held.Count;

    /// <summary>Whether the breaker is open.</summary>
    internal bool IsBroken => _breaker.IsOpen;

    /// <summary>Asks for a session; returns a deferred reply, or 0 when the lookup does not wait.</summary>
    internal int Ask(EntryPlace place, ReadOnlySpan<byte> id)
    {
        bool mayWait = _settings.LookupMilliseconds > 0;
        if (_asked.Find(place.Name) is { } before)
        {
            return mayWait && before is { IsOverdue: false, IsOvertaken: false } ? _held.Take(before) : 0;
        }

        if (_misses.Find(place.Name) is not null || _asked.Count >= SharingLimits.Asked || !_breaker.TryAsk())
        {
            return 0;
        }

        AskedSession asked = new(_link.NextNumber(), place, id.ToArray(), _timers.Clock.GetTimestamp());
        _link.Output.Get(asked.Number, place);
        _asked.Add(asked);
        _counters.Count(SharingEvent.Asked);
        return mayWait ? _held.Take(asked) : 0;
    }

    /// <summary>Holds the reply of a lookup, if the connection has credit; otherwise it is written at once.</summary>
    internal void Hold(int deferred, ReplyHold hold)
    {
        if (_held.TryHold(deferred, hold))
        {
            _counters.Count(SharingEvent.Held);
        }
    }

    /// <summary>Frees the place of a client that has hung up.</summary>
    internal void GiveUp(int deferred) => _held.Free(deferred);

    /// <summary>Whether the reply of a lookup can be written: then its place is free.</summary>
    internal bool TryEnd(int deferred, out bool isStored, out int cache, out byte[] id)
    {
        bool hasEnded = _held.HasEnded(deferred, out isStored, out AskedSession asked);
        cache = asked.Place.Cache;
        id = asked.Id;
        if (hasEnded)
        {
            _held.Free(deferred);
        }

        return hasEnded;
    }

    /// <summary>Whether an answer is awaited under a number.</summary>
    internal bool Awaits(int number) => _asked.Awaits(number);

    /// <summary>Takes an answer; false when nobody has asked.</summary>
    internal bool TryTakeAnswer(int number, PoolReplyStatus status, ReadOnlySpan<byte> value)
    {
        if (_asked.Take(number) is not { } asked)
        {
            return false;
        }

        switch (status)
        {
            case PoolReplyStatus.Failed:
                _counters.Count(SharingEvent.Failed);
                Fail(asked, "the server does not do what it is asked for");
                EndWaiters(asked, isStored: false);
                return true;
            case PoolReplyStatus.NotFound:
                _counters.Count(SharingEvent.Misses);
                RememberMiss(asked);
                break;
        }

        if (!asked.IsOverdue)
        {
            _breaker.Succeed();
        }

        EndWaiters(asked, status == PoolReplyStatus.Done && TryStore(asked, value));
        return true;
    }

    /// <summary>A session was changed or removed here: the answer to a question for it is not used.</summary>
    internal void Overtake(EntryName name, bool isStored)
    {
        if (_asked.Find(name) is { } asked)
        {
            asked.IsOvertaken = true;
            EndWaiters(asked, isStored);
        }
    }

    /// <summary>All sessions of a cache were removed here.</summary>
    internal void Overtake(int cache)
    {
        foreach (AskedSession asked in _asked.All.Where(asked => asked.Place.Cache == cache))
        {
            asked.IsOvertaken = true;
            EndWaiters(asked, isStored: false);
        }
    }

    /// <summary>Nobody waits any longer.</summary>
    /// <param name="isLost">Whether answers cannot come any more: the connection is lost.</param>
    internal void EndAll(bool isLost)
    {
        foreach (AskedSession asked in _asked.All.ToArray())
        {
            if (isLost)
            {
                _asked.Take(asked.Number);
                Fail(asked, "the connection to tlspool is lost");
            }

            EndWaiters(asked, isStored: false);
        }
    }

    private bool TryStore(AskedSession asked, ReadOnlySpan<byte> value)
    {
        if (asked.IsOvertaken)
        {
            _counters.Count(SharingEvent.Overtaken);
            return false;
        }

        long now = _timers.Clock.GetUtcNow().ToUnixTimeSeconds();
        SessionCache cache = _settings.Caches[asked.Place.Cache]!.Cache;
        long? storeTime = _entries.Open(asked.Place, asked.Id, value, now, out ReadOnlySpan<byte> session);
        bool isStored = storeTime is { } seconds && cache.StoreAt(asked.Id, session, seconds) == CacheResult.Done;
        _entries.Release();
        _counters.Count(storeTime is null ? SharingEvent.Refused : SharingEvent.Hits);
        if (storeTime is null)
        {
            RememberMiss(asked);
        }
        else if (asked.IsOverdue)
        {
            _counters.Count(SharingEvent.Late);
        }

        return isStored;
    }

    private void RememberMiss(AskedSession asked) => _misses.Add(
        asked.Place.Name, _timers.Clock.GetUtcNow().ToUnixTimeSeconds(), SharingLimits.MissSeconds);

    private void OnOverdue(AskedSession asked)
    {
        _counters.Count(SharingEvent.Overdue);
        if (_breaker.Fail(isOverdue: true))
        {
            _health.Fail("answers come too late");
        }

        EndWaiters(asked, isStored: false);
    }

    /// <summary>Takes note of a failure, unless it was overdue before and has counted then.</summary>
    private void Fail(AskedSession asked, string reason)
    {
        if (!asked.IsOverdue && _breaker.Fail(isOverdue: false))
        {
            _health.Fail(reason);
        }
    }

    private void EndWaiters(AskedSession asked, bool isStored)
    {
        foreach (int deferred in asked.Waiters)
        {
            _held.End(deferred, isStored);
        }

        asked.Waiters.Clear();
    }
}
