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
    private readonly RecentUse _use = new();
    private readonly KeyBuffer _sessionKey = new();
    private readonly byte[] _orderKey = new byte[OrderEntry.KeyBytes];
    private ulong _lastNumber;
    private ulong _tidiedNumber;

    /// <summary>Whether there is more to do.</summary>
    internal bool IsRunning { get; private set; }

    /// <summary>Begins to drop the entries of sessions that have expired; does nothing while at work.</summary>
    internal void Start() => IsRunning = true;

    /// <summary>Leaves it at that until the next start or store: what was removed last could not be written.</summary>
    internal void Stop() => IsRunning = false;

    /// <summary>Takes note of a use.</summary>
    internal void NoteUse(ReadOnlySpan<byte> sessionKey, long nowSeconds) => _use.Add(sessionKey, nowSeconds);

    /// <summary>Takes note of a session that was stored in this turn.</summary>
    internal MDBResultCode NoteStored(ReadOnlySpan<byte> sessionKey, OrderEntry entry)
    {
        MDBResultCode code = _lastNumber == 0 ? ReadLastNumber() : MDBResultCode.Success;
        if (code != MDBResultCode.Success)
        {
            return code;
        }

        OrderEntry.WriteKey(_orderKey, ++_lastNumber);
        code = store.Reserve(store.Order, _orderKey, OrderEntry.MeasureValue(sessionKey), out Span<byte> room);
        if (code == MDBResultCode.Success)
        {
            entry.WriteValue(room, sessionKey);
        }

        return code;
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
        MDBResultCode code = MDBResultCode.Success;
        for (int i = 0; i < most && IsRunning && code == MDBResultCode.Success; i++)
        {
            code = ReadFrom(0, out OrderEntry first);
            if (code == MDBResultCode.Success && (first.TimeSeconds < oldestSeconds || store.IsOverLimit))
            {
                code = Remove(first, nowSeconds, oldestSeconds, ref expired, ref evicted);
            }
            else
            {
                IsRunning = false;
            }
        }

        IsRunning &= code == MDBResultCode.Success;
        return code == MDBResultCode.NotFound ? MDBResultCode.Success : code;
    }

    /// <summary>
    /// Looks at some entries of the order, from call to call further on and around again, and removes those whose
    /// session was removed or replaced since: one that is stored again and again would fill the cache with the places
    /// that it had, and drive out the others. Does nothing while such entries are few.
    /// </summary>
    /// <param name="most">Entries to look at.</param>
    internal MDBResultCode Tidy(int most)
    {
        MDBResultCode code = MDBResultCode.Success;
        for (int i = 0; i < most && code == MDBResultCode.Success && store.IsOrderUntidy; i++)
        {
            code = ReadFrom(_tidiedNumber + 1, out OrderEntry entry);
            if (code == MDBResultCode.NotFound)
            {
                _tidiedNumber = 0;
                return MDBResultCode.Success;
            }

            _tidiedNumber = OrderEntry.ReadKey(_orderKey);
            if (code == MDBResultCode.Success && FindSession(entry, out _) == MDBResultCode.NotFound)
            {
                code = store.Delete(store.Order, _orderKey);
            }
        }

        return code;
    }

    /// <summary>Goes on with the order that a process before us has left.</summary>
    private MDBResultCode ReadLastNumber()
    {
        MDBResultCode code = store.OpenCursor(store.Order, out LightningCursor cursor);
        if (code == MDBResultCode.Success)
        {
            code = cursor.Last(out ReadOnlySpan<byte> key, out _);
            _lastNumber = OrderEntry.ReadKey(key);
            cursor.Close();
        }

        return code == MDBResultCode.NotFound ? MDBResultCode.Success : code;
    }

    /// <summary>Reads the first entry whose number is the one given, or higher.</summary>
    private MDBResultCode ReadFrom(ulong number, out OrderEntry entry)
    {
        entry = default;
        MDBResultCode code = store.OpenCursor(store.Order, out LightningCursor cursor);
        if (code == MDBResultCode.Success)
        {
            OrderEntry.WriteKey(_orderKey, number);
            code = cursor.SetRange(_orderKey, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value);
            entry = OrderEntry.ReadValue(value, out ReadOnlySpan<byte> sessionKey);
            _sessionKey.Set(sessionKey);
            OrderEntry.WriteKey(_orderKey, OrderEntry.ReadKey(key));
            cursor.Close();
        }

        return code;
    }

    /// <summary>
    /// Finds the session of the entry that was read; not found when it was removed or replaced since.
    /// </summary>
    private MDBResultCode FindSession(OrderEntry entry, out ReadOnlySpan<byte> session)
    {
        session = default;
        if (_sessionKey.Key.IsEmpty)
        {
            return MDBResultCode.NotFound;
        }

        MDBResultCode code = store.Get(store.Sessions, _sessionKey.Key, out session);
        return code == MDBResultCode.Success && SessionEntry.ReadChecksum(session) != entry.Checksum
            ? MDBResultCode.NotFound
            : code;
    }

    private MDBResultCode Remove(
        OrderEntry first, long nowSeconds, long oldestSeconds, ref int expired, ref int evicted)
    {
        MDBResultCode code = store.Delete(store.Order, _orderKey);
        if (code != MDBResultCode.Success)
        {
            return code;
        }

        code = FindSession(first, out ReadOnlySpan<byte> session);
        if (code != MDBResultCode.Success)
        {
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
            return NoteStored(_sessionKey.Key, first with { TimeSeconds = nowSeconds });
        }

        evicted++;
        return store.Delete(store.Sessions, _sessionKey.Key);
    }
}
