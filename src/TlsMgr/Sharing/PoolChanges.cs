// Changes on their way to the pool. Of each name at most one change is under way, so that they arrive in their order;
// at most one more waits for it, the newest. A removal is sent again until it is confirmed, or until no host can have
// the session any more: what was removed here must not come back. Sessions are sealed when they are queued.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Statistics;

namespace TlsMgr.Sharing;

/// <summary>The bounded queue of stores and removals.</summary>
/// <param name="link">Sends them.</param>
/// <param name="timers">Timers of the event loop.</param>
/// <param name="counters">Counts what became of them.</param>
internal sealed class PoolChanges(ILink link, TimerQueue timers, CounterSet<SharingEvent> counters)
{
    private readonly Dictionary<EntryName, NamedChange> _names = [];
    private readonly Dictionary<int, NamedChange> _unconfirmed = [];
    private readonly Queue<NamedChange> _puts = [];
    private readonly Queue<NamedChange> _drops = [];
    private readonly List<NamedChange> _failedDrops = [];
    private long _waitingBytes;
    private bool _isRetrySet;

    /// <summary>Raised when a removal was given up: nothing stored in that cache so far may be used any more.</summary>
    internal event Action<int>? RemovalLost;

    /// <summary>Changes that are not confirmed.</summary>
    internal int Count => _names.Count;

    /// <summary>Bytes of the sessions among them that are not sent.</summary>
    internal long WaitingBytes => _waitingBytes;

    /// <summary>Whether changes may be sent: the server answers.</summary>
    internal bool IsOpen { get; set; }

    private long Now => timers.Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Whether a change of a name is not confirmed: what the pool has under it is not to be used.</summary>
    internal bool Contains(EntryName name) => _names.ContainsKey(name);

    /// <summary>Queues a session.</summary>
    internal void Put(EntryPlace place, byte[] entry, long expires) => Add(place, entry, expires);

    /// <summary>Queues a removal.</summary>
    /// <param name="place">What is removed.</param>
    /// <param name="expires">When no host can have the session any more.</param>
    internal void Drop(EntryPlace place, long expires) => Add(place, null, expires);

    /// <summary>Whether a reply is awaited under a number.</summary>
    internal bool Awaits(int number) => _unconfirmed.ContainsKey(number);

    /// <summary>Takes the reply to a change.</summary>
    internal void OnReply(int number, PoolReplyStatus status)
    {
        if (!_unconfirmed.Remove(number, out NamedChange? change))
        {
            return;
        }

        bool isRemoval = change.IsSentRemoval;
        bool isDone = status == PoolReplyStatus.Done || (isRemoval && status == PoolReplyStatus.NotFound);
        long expires = change.SentExpires;
        change.End();
        if (!isDone)
        {
            counters.Count(SharingEvent.Failed);
        }
        else if (!isRemoval)
        {
            counters.Count(SharingEvent.Stored);
        }

        if (!isDone && isRemoval && !change.HasNext && expires > Now)
        {
            change.SetNext(null, expires);
            _failedDrops.Add(change);
            SetRetry();
        }
        else if (change.HasNext)
        {
            Enqueue(change);
        }
        else
        {
            _names.Remove(change.Place.Name);
        }

        Limit();
        Send();
    }

    /// <summary>Writes what may be sent now: removals first.</summary>
    internal void Send()
    {
        while (IsOpen && link.IsReady && _unconfirmed.Count < SharingLimits.UnconfirmedChanges
            && (_drops.TryDequeue(out NamedChange? change) || _puts.TryDequeue(out change)))
        {
            change.IsQueued = false;
            if (change.HasNext)
            {
                Send(change);
            }
        }
    }

    /// <summary>Queues again what is not confirmed: the connection is lost.</summary>
    internal void Disconnected()
    {
        foreach (NamedChange change in _unconfirmed.Values)
        {
            if (!change.HasNext)
            {
                SetNext(change, change.Sent, change.SentExpires);
            }

            change.End();
            Enqueue(change);
        }

        _unconfirmed.Clear();
        Limit();
    }

    /// <summary>Drops all sessions of a cache that are not sent: they were withdrawn.</summary>
    internal void Withdraw(int cache)
    {
        foreach (NamedChange change in _names.Values.Where(
            change => change.Place.Cache == cache && change.Next is not null).ToArray())
        {
            counters.Count(SharingEvent.Dropped);
            Forget(change);
        }
    }

    /// <summary>The caches that have removals which are not sent.</summary>
    internal IEnumerable<int> UnsentRemovals() =>
        _names.Values.Where(static change => change.IsNextRemoval)
            .Select(static change => change.Place.Cache).Distinct();

    private void Add(EntryPlace place, byte[]? entry, long expires)
    {
        if (!_names.TryGetValue(place.Name, out NamedChange? change))
        {
            change = new NamedChange(place);
            _names.Add(place.Name, change);
        }

        SetNext(change, entry, expires);
        if (!change.IsUnderWay)
        {
            Enqueue(change);
        }

        Limit();
        Send();
    }

    private void SetNext(NamedChange change, byte[]? entry, long expires)
    {
        _waitingBytes += (entry?.Length ?? 0) - (change.Next?.Length ?? 0);
        change.SetNext(entry, expires);
    }

    private void Enqueue(NamedChange change)
    {
        if (!change.IsQueued)
        {
            change.IsQueued = true;
            (change.IsNextRemoval ? _drops : _puts).Enqueue(change);
        }
    }

    private void Send(NamedChange change)
    {
        long milliseconds = (change.NextExpires - Now) * 1000;
        if (milliseconds <= 0)
        {
            Forget(change);
            return;
        }

        int number = link.NextNumber();
        _waitingBytes -= change.Next?.Length ?? 0;
        change.Begin();
        _unconfirmed.Add(number, change);
        if (change.Sent is { } entry)
        {
            link.Output.Put(number, change.Place, milliseconds, entry);
        }
        else
        {
            link.Output.Drop(number, change.Place);
        }
    }

    /// <summary>Drops the oldest while too many wait.</summary>
    private void Limit()
    {
        while ((_puts.Count > SharingLimits.QueuedChanges || _waitingBytes > SharingLimits.QueuedBytes)
            && _puts.TryDequeue(out NamedChange? change))
        {
            change.IsQueued = false;
            if (change.IsNextRemoval)
            {
                Enqueue(change);
            }
            else if (change.HasNext)
            {
                counters.Count(SharingEvent.Dropped);
                Forget(change);
            }
        }

        while (_drops.Count + _failedDrops.Count > SharingLimits.QueuedRemovals)
        {
            NamedChange change = _failedDrops.Count > 0 ? _failedDrops[0] : _drops.Peek();
            if (_failedDrops.Count > 0)
            {
                _failedDrops.RemoveAt(0);
            }
            else
            {
                _drops.Dequeue().IsQueued = false;
            }

            if (change.IsNextRemoval)
            {
                counters.Count(SharingEvent.Dropped);
                Forget(change);
                RemovalLost?.Invoke(change.Place.Cache);
            }
            else if (change.HasNext)
            {
                Enqueue(change);
            }
        }
    }

    private void Forget(NamedChange change)
    {
        _waitingBytes -= change.Next?.Length ?? 0;
        change.ClearNext();
        if (!change.IsUnderWay)
        {
            _names.Remove(change.Place.Name);
        }
    }

    private void SetRetry()
    {
        if (!_isRetrySet)
        {
            _isRetrySet = true;
            timers.Schedule(TimeSpan.FromSeconds(SharingLimits.RemovalRetrySeconds), RetryDrops);
        }
    }

    private void RetryDrops()
    {
        _isRetrySet = false;
        foreach (NamedChange change in _failedDrops)
        {
            if (change.HasNext && !change.IsUnderWay)
            {
                Enqueue(change);
            }
        }

        _failedDrops.Clear();
        Send();
    }
}
