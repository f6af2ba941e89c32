// Clients that wait for a session of the pool. A place is taken when the session is asked for, before it is known
// whether the connection may be held, and freed when the reply was written or the client has hung up.

using System;
using System.Collections.Generic;
using TlsMgr.Postfix.Server;

namespace TlsMgr.Sharing;

/// <summary>The lookups whose reply is not written.</summary>
/// <param name="clock">The monotonic clock.</param>
internal sealed class HeldLookups(TimeProvider clock)
{
    /// <summary>The number of the first place as a deferred reply: other deferred replies are below.</summary>
    internal const int FirstDeferred = 1 << 20;

    private readonly Place[] _places = new Place[SharingLimits.HeldReplies];
    private readonly Stack<int> _free = new(SharingLimits.HeldReplies);
    private int _used;

    /// <summary>The number of places in use.</summary>
    internal int Count => _used - _free.Count;

    /// <summary>Takes a place for a lookup; 0 when all are in use.</summary>
    internal int Take(AskedSession asked)
    {
        if (!_free.TryPop(out int index))
        {
            if (_used == _places.Length)
            {
                return 0;
            }

            index = _used++;
        }

        _places[index] = new Place { Asked = asked };
        asked.Waiters.Add(FirstDeferred + index);
        return FirstDeferred + index;
    }

    /// <summary>
    /// Holds the connection of a place, unless its reply can be written or the connection has no credit.
    /// </summary>
    /// <returns>Whether it is held from now on.</returns>
    internal bool TryHold(int deferred, ReplyHold hold)
    {
        ref Place place = ref _places[deferred - FirstDeferred];
        if (place.HasEnded || hold.IsActive)
        {
            return false;
        }

        long now = clock.GetTimestamp();
        if (now < hold.CreditAt)
        {
            place.HasEnded = true;
            place.Asked!.Waiters.Remove(deferred);
            return false;
        }

        place.Hold = hold;
        hold.Begin(now);
        return true;
    }

    /// <summary>The reply of a place can be written now.</summary>
    /// <param name="deferred">The place.</param>
    /// <param name="isStored">Whether the session is in the local cache.</param>
    internal void End(int deferred, bool isStored)
    {
        ref Place place = ref _places[deferred - FirstDeferred];
        place.HasEnded = true;
        place.IsStored = isStored;
        if (place.Hold is { } hold)
        {
            long now = clock.GetTimestamp();
            hold.CreditAt = now + (SharingLimits.HoldCreditFactor * (now - hold.Since));
            place.Hold = null;
            hold.End();
        }
    }

    /// <summary>Whether the reply of a place can be written.</summary>
    /// <param name="deferred">The place.</param>
    /// <param name="isStored">Whether the session is in the local cache.</param>
    /// <param name="asked">What was looked up.</param>
    internal bool HasEnded(int deferred, out bool isStored, out AskedSession asked)
    {
        ref Place place = ref _places[deferred - FirstDeferred];
        isStored = place.IsStored;
        asked = place.Asked!;
        return place.HasEnded;
    }

    /// <summary>Frees a place: the reply was written, or nobody waits for it any more.</summary>
    internal void Free(int deferred)
    {
        ref Place place = ref _places[deferred - FirstDeferred];
        if (place.Asked is { } asked)
        {
            asked.Waiters.Remove(deferred);
            place = default;
            _free.Push(deferred - FirstDeferred);
        }
    }

    private record struct Place
    {
        internal AskedSession? Asked { get; init; }

        internal ReplyHold? Hold { get; set; }

        internal bool HasEnded { get; set; }

        internal bool IsStored { get; set; }
    }
}
