// Maintains the eviction queue, also in a cache without limits, and evicts sessions from a cache above its limits.
// Sessions are evicted in the order of storing, with a second chance: a session that was stored 30 minutes ago or more
// and was used in the last 15 minutes moves to the end of the queue, at most once in 30 minutes. So no session just
// used is evicted before one that was not used for an hour. The work of each call is bounded.
//
// Sessions that probably nobody looks up are in a lane of their own, at the beginning of the queue. One that was looked
// up all the same moves to the main lane when its turn comes, however young it is.

using System;
using LightningDB;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>The eviction queue of a cache, and the evictions that keep the cache below its limits.</summary>
/// <param name="store">The cache's store.</param>
internal sealed class SessionEviction(SessionStore store)
{
    private readonly RecentUseFilter _recentUse = new();
    private readonly KeyBuffer _sessionKey = new();
    private readonly byte[] _queueKey = new byte[EvictionQueueEntry.KeyBytes];
    private ulong _lastNumber;

    /// <summary>No entry of the main lane is older, unless the clock was set back.</summary>
    private long _mainLaneSeconds = long.MinValue;

    /// <summary>Whether there is more to do.</summary>
    internal bool IsRunning { get; private set; }

    /// <summary>Starts to remove expired sessions and their entries; does nothing while running.</summary>
    internal void Start() => IsRunning = true;

    /// <summary>Stops until the next start or store: the last removals could not be committed.</summary>
    internal void Stop() => IsRunning = false;

    /// <summary>Records a use of the session whose key has this hash.</summary>
    internal void RecordUse(ulong keyHash, long nowSeconds) => _recentUse.Add(keyHash, nowSeconds);

    /// <summary>
    /// Chooses the queue position of a session that is being stored: the end of its lane. A session that was already
    /// stored in this second keeps its place where the cache cannot be replaced within a second, so that one stored
    /// again and again rarely changes the queue.
    /// </summary>
    internal MDBResultCode ChoosePosition(
        ReadOnlySpan<byte> sessionKey, bool isEvictedFirst, long nowSeconds, out QueuePosition position)
    {
        position = default;
        MDBResultCode code = ReadLastNumber();
        if (code != MDBResultCode.Success)
        {
            return code;
        }

        code = store.Get(store.Sessions, sessionKey, out ReadOnlySpan<byte> previous);

        // The numbers in between are for sessions that get a second chance before this session is enqueued.
        ulong number = SessionEntry.ReadPosition(previous);
        bool isKept = number != 0 && EvictionQueueEntry.IsInFirstLane(number) == isEvictedFirst
            && SessionEntry.TryReadTime(previous, out long timeSeconds)
            && timeSeconds == nowSeconds && store.HasRoomForASecond;
        ulong next = (_lastNumber + (ulong)store.EvictionsPerStore + 1)
            | (isEvictedFirst ? 0 : EvictionQueueEntry.MainLane);
        position = new QueuePosition(isKept ? number : next, number);
        return code == MDBResultCode.NotFound ? MDBResultCode.Success : code;
    }

    /// <summary>Adds a session that was stored in this turn to the queue, at its chosen position.</summary>
    internal MDBResultCode Enqueue(ReadOnlySpan<byte> sessionKey, QueuePosition position, long nowSeconds)
    {
        if (position.Number == position.Previous)
        {
            return MDBResultCode.Success;
        }

        _lastNumber = position.Number & ~EvictionQueueEntry.MainLane;
        MDBResultCode code = Append(position.Number, sessionKey, new EvictionQueueEntry(nowSeconds, position.Number));
        return code == MDBResultCode.Success ? RemoveFromQueue(position.Previous) : code;
    }

    /// <summary>
    /// Removes a session and its queue entry; returns NotFound when there is none. A damaged session may contain the
    /// position of another one, which is then removed when it expires.
    /// </summary>
    internal MDBResultCode Remove(ReadOnlySpan<byte> sessionKey)
    {
        MDBResultCode code = store.Get(store.Sessions, sessionKey, out ReadOnlySpan<byte> session);
        if (code == MDBResultCode.Success)
        {
            code = RemoveFromQueue(SessionEntry.ReadPosition(session));
        }

        return code == MDBResultCode.Success ? store.Delete(store.Sessions, sessionKey) : code;
    }

    /// <summary>
    /// Processes the queue from its beginning, as long as the first entry of a lane has expired or the cache is above a
    /// limit. The removals are part of the turn.
    /// </summary>
    /// <param name="maximum">The maximum number of entries to process.</param>
    /// <param name="nowSeconds">The time of day, in seconds since 1970.</param>
    /// <param name="life">The times at which valid sessions were stored.</param>
    /// <param name="expired">The number of expired sessions removed.</param>
    /// <param name="evicted">The number of sessions evicted before they expired.</param>
    internal MDBResultCode Step(int maximum, long nowSeconds, SessionLife life, out int expired, out int evicted)
    {
        expired = 0;
        evicted = 0;
        IsRunning = true;
        MDBResultCode code = ReadLastNumber();
        for (int i = 0; i < maximum && IsRunning && code == MDBResultCode.Success; i++)
        {
            code = ReadFirst(nowSeconds, life, out EvictionQueueEntry first);
            if (code == MDBResultCode.Success && (!life.Contains(first.TimeSeconds) || store.IsOverLimit))
            {
                code = RemoveFirst(first, nowSeconds, life, ref expired, ref evicted);
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
        EvictionQueueEntry.WriteKey(_queueKey, number);
        MDBResultCode code = store.Reserve(
            store.Order, _queueKey, EvictionQueueEntry.MeasureValue(sessionKey), out Span<byte> value);
        if (code == MDBResultCode.Success)
        {
            entry.WriteValue(value, sessionKey);
        }

        return code;
    }

    /// <summary>Removes the entry at a position; there is none after the session has moved.</summary>
    private MDBResultCode RemoveFromQueue(ulong number)
    {
        if (number == 0)
        {
            return MDBResultCode.Success;
        }

        EvictionQueueEntry.WriteKey(_queueKey, number);
        MDBResultCode code = store.Delete(store.Order, _queueKey);
        return code == MDBResultCode.NotFound ? MDBResultCode.Success : code;
    }

    /// <summary>Reads the last number in both lanes of a queue left by an earlier process, once.</summary>
    private MDBResultCode ReadLastNumber()
    {
        if (_lastNumber != 0)
        {
            return MDBResultCode.Success;
        }

        MDBResultCode code = store.OpenCursor(store.Order, out LmdbCursor cursor);
        if (code == MDBResultCode.Success)
        {
            code = cursor.Last(out ReadOnlySpan<byte> key, out _);
            _lastNumber = EvictionQueueEntry.ReadKey(key);
            if (!EvictionQueueEntry.IsInFirstLane(_lastNumber))
            {
                _lastNumber &= ~EvictionQueueEntry.MainLane;
                code = cursor.SetRange(EvictionQueueEntry.MainLaneKey, out _, out _);
                code = code == MDBResultCode.Success ? cursor.Previous(out key, out _) : code;
                _lastNumber = ulong.Max(
                    _lastNumber, code == MDBResultCode.Success ? EvictionQueueEntry.ReadKey(key) : 0);
            }

            cursor.Close();
        }

        return code == MDBResultCode.NotFound ? MDBResultCode.Success : code;
    }

    /// <summary>Reads the entry to remove next: the first, or that of the main lane if it alone expired.</summary>
    private MDBResultCode ReadFirst(long nowSeconds, SessionLife life, out EvictionQueueEntry first)
    {
        first = default;
        MDBResultCode code = store.OpenCursor(store.Order, out LmdbCursor cursor);
        if (code == MDBResultCode.Success)
        {
            code = cursor.First(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value);
            first = Take(key, value);
            if (code == MDBResultCode.Success && life.Contains(first.TimeSeconds)
                && !life.Contains(_mainLaneSeconds)
                && EvictionQueueEntry.IsInFirstLane(EvictionQueueEntry.ReadKey(key)))
            {
                code = ReadMainLane(cursor, nowSeconds, life, ref first);
            }

            cursor.Close();
        }

        return code;
    }

    /// <summary>Takes the first entry of the main lane if it has expired.</summary>
    private MDBResultCode ReadMainLane(
        LmdbCursor cursor, long nowSeconds, SessionLife life, ref EvictionQueueEntry first)
    {
        MDBResultCode code = cursor.SetRange(
            EvictionQueueEntry.MainLaneKey, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value);
        if (code != MDBResultCode.Success)
        {
            _mainLaneSeconds = nowSeconds;
            return code == MDBResultCode.NotFound ? MDBResultCode.Success : code;
        }

        _mainLaneSeconds = EvictionQueueEntry.ReadValue(value, out _).TimeSeconds;
        if (!life.Contains(_mainLaneSeconds))
        {
            first = Take(key, value);
        }

        return code;
    }

    /// <summary>Keeps the keys of an entry and of its session.</summary>
    private EvictionQueueEntry Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        EvictionQueueEntry entry = EvictionQueueEntry.ReadValue(value, out ReadOnlySpan<byte> sessionKey);
        _sessionKey.Set(sessionKey);
        EvictionQueueEntry.WriteKey(_queueKey, EvictionQueueEntry.ReadKey(key));
        return entry;
    }

    private MDBResultCode RemoveFirst(
        EvictionQueueEntry first, long nowSeconds, SessionLife life, ref int expired, ref int evicted)
    {
        MDBResultCode code = store.Delete(store.Order, _queueKey);
        if (code != MDBResultCode.Success || _sessionKey.Key.IsEmpty)
        {
            return code;
        }

        code = store.Get(store.Sessions, _sessionKey.Key, out ReadOnlySpan<byte> session);
        if (code != MDBResultCode.Success || SessionEntry.ReadPosition(session) != first.SessionPosition)
        {
            // The session was removed by the sweep or a flush, or was replaced after it had moved.
            return code == MDBResultCode.NotFound ? MDBResultCode.Success : code;
        }

        // The session's time, not the entry's: a second chance does not delay expiry.
        if (!SessionEntry.TryReadTime(session, out long timeSeconds) || !life.Contains(timeSeconds))
        {
            expired++;
            return store.Delete(store.Sessions, _sessionKey.Key);
        }

        bool isDue = nowSeconds - first.TimeSeconds is < 0 or >= CacheLimits.SecondChanceSeconds
            || EvictionQueueEntry.IsInFirstLane(EvictionQueueEntry.ReadKey(_queueKey));
        if (isDue && _recentUse.Contains(SessionEntry.HashKey(_sessionKey.Key), nowSeconds))
        {
            return Append(
                ++_lastNumber | EvictionQueueEntry.MainLane, _sessionKey.Key, first with { TimeSeconds = nowSeconds });
        }

        evicted++;
        return store.Delete(store.Sessions, _sessionKey.Key);
    }
}
