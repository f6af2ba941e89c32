// Keeps the order in which sessions were stored, in a cache without limits too, and makes room in one that has reached
// its limits. Sessions go in that order; from half an hour after it was stored on, one that was used in the last
// quarter of an hour goes behind those that are there, once in half an hour. So none that was just used goes before one
// that nobody has touched for an hour. Must never do more than a bounded piece of work at a time.

using System;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>Keeps the order of a cache, and the cache below its limits.</summary>
/// <param name="store">The cache's store.</param>
internal sealed class SessionEviction(SessionStore store)
{
    private readonly RecentUseFilter _use = new();
    private readonly KeyBuffer _sessionKey = new();
    private readonly byte[] _orderKey = new byte[EvictionQueueEntry.KeyBytes];
    private ulong _lastNumber;

    /// <summary>Whether there is more to do.</summary>
    internal bool IsRunning { get; private set; }

    /// <summary>Begins to drop the entries of sessions that have expired; does nothing while at work.</summary>
    internal void Start() => IsRunning = true;

    /// <summary>Leaves it at that until the next start or store: what was removed last could not be written.</summary>
    internal void Stop() => IsRunning = false;

    /// <summary>Takes note of a use.</summary>
    internal void NoteUse(ReadOnlySpan<byte> sessionKey, long nowSeconds) => _use.Add(sessionKey, nowSeconds);

    /// <summary>
    /// Chooses the place of a session that is stored now: the next one behind all; or the one it has, when it was
    /// stored in this second before: of many stores of one session the order is changed by few.
    /// </summary>
    internal MDBResultCode ChoosePlace(ReadOnlySpan<byte> sessionKey, long nowSeconds, out QueuePosition place)
    {
        place = default;
        MDBResultCode code = KnowLastNumber();
        if (code != MDBResultCode.Success)
        {
            return code;
        }

        code = store.Get(store.Sessions, sessionKey, out ReadOnlySpan<byte> former);
        ulong number = SessionEntry.ReadPlace(former);
        bool isKept = number != 0
            && SessionEntry.TryReadTime(former, out long timeSeconds) && timeSeconds == nowSeconds;
        // In between there is room for those that are given another chance before the session is there.
        place = new QueuePosition(isKept ? number : _lastNumber + CacheLimits.EvictionsPerStore + 1, number);
        return code == MDBResultCode.NotFound ? MDBResultCode.Success : code;
    }

    /// <summary>Takes note of a session that was stored in this turn, at its place.</summary>
    internal MDBResultCode NoteStored(ReadOnlySpan<byte> sessionKey, QueuePosition place, long nowSeconds)
    {
        if (place.Number == place.Former)
        {
            return MDBResultCode.Success;
        }

        _lastNumber = place.Number;
        MDBResultCode code = Append(_lastNumber, sessionKey, new EvictionQueueEntry(nowSeconds, place.Number));
        return code == MDBResultCode.Success ? RemoveFromQueue(place.Former) : code;
    }

    /// <summary>
    /// Removes a session with its place; not found when there is none. A damaged one may name the place of another,
    /// which then goes by its time alone.
    /// </summary>
    internal MDBResultCode Remove(ReadOnlySpan<byte> sessionKey)
    {
        MDBResultCode code = store.Get(store.Sessions, sessionKey, out ReadOnlySpan<byte> session);
        if (code == MDBResultCode.Success)
        {
            code = RemoveFromQueue(SessionEntry.ReadPlace(session));
        }

        return code == MDBResultCode.Success ? store.Delete(store.Sessions, sessionKey) : code;
    }

    /// <summary>
    /// Goes through the order from its beginning, as long as there are entries of expired sessions or the cache is over
    /// a limit. What it removes belongs to the turn.
    /// </summary>
    /// <param name="most">Entries to look at.</param>
    /// <param name="nowSeconds">The time of day, in seconds since 1970.</param>
    /// <param name="oldestSeconds">Sessions stored before this time have expired.</param>
    /// <param name="expired">How many sessions were removed that had expired.</param>
    /// <param name="evicted">How many sessions had to go before their time.</param>
    internal MDBResultCode Step(int most, long nowSeconds, long oldestSeconds, out int expired, out int evicted)
    {
        expired = 0;
        evicted = 0;
        IsRunning = true;
        MDBResultCode code = KnowLastNumber();
        for (int i = 0; i < most && IsRunning && code == MDBResultCode.Success; i++)
        {
            code = ReadFirst(out EvictionQueueEntry first);
            if (code == MDBResultCode.Success && (first.TimeSeconds < oldestSeconds || store.IsOverLimit))
            {
                code = RemoveFirst(first, nowSeconds, oldestSeconds, ref expired, ref evicted);
            }
            else
            {
                IsRunning = false;
            }
        }

        IsRunning &= code == MDBResultCode.Success;
        return code == MDBResultCode.NotFound ? MDBResultCode.Success : code;
    }

    private MDBResultCode Append(ulong number, ReadOnlySpan<byte> sessionKey, EvictionQueueEntry entry)
    {
        EvictionQueueEntry.WriteKey(_orderKey, number);
        MDBResultCode code = store.Reserve(
            store.Order, _orderKey, EvictionQueueEntry.MeasureValue(sessionKey), out Span<byte> room);
        if (code == MDBResultCode.Success)
        {
            entry.WriteValue(room, sessionKey);
        }

        return code;
    }

    /// <summary>Removes a place from the order; whoever has moved since is not there.</summary>
    private MDBResultCode RemoveFromQueue(ulong number)
    {
        if (number == 0)
        {
            return MDBResultCode.Success;
        }

        EvictionQueueEntry.WriteKey(_orderKey, number);
        MDBResultCode code = store.Delete(store.Order, _orderKey);
        return code == MDBResultCode.NotFound ? MDBResultCode.Success : code;
    }

    /// <summary>Goes on with the order that a process before us has left.</summary>
    private MDBResultCode KnowLastNumber()
    {
        if (_lastNumber != 0)
        {
            return MDBResultCode.Success;
        }

        MDBResultCode code = store.OpenCursor(store.Order, out LightningCursor cursor);
        if (code == MDBResultCode.Success)
        {
            code = cursor.Last(out ReadOnlySpan<byte> key, out _);
            _lastNumber = EvictionQueueEntry.ReadKey(key);
            cursor.Close();
        }

        return code == MDBResultCode.NotFound ? MDBResultCode.Success : code;
    }

    private MDBResultCode ReadFirst(out EvictionQueueEntry first)
    {
        first = default;
        MDBResultCode code = store.OpenCursor(store.Order, out LightningCursor cursor);
        if (code == MDBResultCode.Success)
        {
            code = cursor.First(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value);
            first = EvictionQueueEntry.ReadValue(value, out ReadOnlySpan<byte> sessionKey);
            _sessionKey.Set(sessionKey);
            EvictionQueueEntry.WriteKey(_orderKey, EvictionQueueEntry.ReadKey(key));
            cursor.Close();
        }

        return code;
    }

    private MDBResultCode RemoveFirst(
        EvictionQueueEntry first, long nowSeconds, long oldestSeconds, ref int expired, ref int evicted)
    {
        MDBResultCode code = store.Delete(store.Order, _orderKey);
        if (code != MDBResultCode.Success || _sessionKey.Key.IsEmpty)
        {
            return code;
        }

        code = store.Get(store.Sessions, _sessionKey.Key, out ReadOnlySpan<byte> session);
        if (code != MDBResultCode.Success || SessionEntry.ReadPlace(session) != first.Place)
        {
            // The sweep or a flush removed it, or it was replaced after it had moved.
            return code == MDBResultCode.NotFound ? MDBResultCode.Success : code;
        }

        // Not the time of the order: a session that had a second chance expires no later.
        if (!SessionEntry.TryReadTime(session, out long timeSeconds) || timeSeconds < oldestSeconds)
        {
            expired++;
            return store.Delete(store.Sessions, _sessionKey.Key);
        }

        bool isDue = nowSeconds - first.TimeSeconds is < 0 or >= CacheLimits.SecondChanceSeconds;
        if (isDue && _use.Contains(_sessionKey.Key, nowSeconds))
        {
            return Append(++_lastNumber, _sessionKey.Key, first with { TimeSeconds = nowSeconds });
        }

        evicted++;
        return store.Delete(store.Sessions, _sessionKey.Key);
    }
}

/// <summary>Where a session that is stored stands in the order.</summary>
/// <param name="Number">Its place.</param>
/// <param name="Former">The place of the session that it replaces; 0 for none.</param>
internal readonly record struct QueuePosition(ulong Number, ulong Former);
