// A server that fails over may forget a removal that it has confirmed: what another one has not copied yet is lost. The
// session would come back from there.

using System;
using System.Collections.Generic;

namespace TlsMgr.Sharing;

/// <summary>What was removed here, and when, for as long as it may live elsewhere.</summary>
/// <param name="clock">The monotonic clock.</param>
internal sealed class RemovedNames(TimeProvider clock)
{
    private readonly Dictionary<EntryName, (long Seconds, long At)> _removed = [];
    private readonly Queue<(EntryName Name, long At)> _order = [];

    /// <summary>Remembers a name.</summary>
    /// <param name="name">The name of an entry.</param>
    /// <param name="nowSeconds">The time of day.</param>
    /// <param name="lifeSeconds">The longest life of an entry; equal for all names.</param>
    internal void Add(EntryName name, long nowSeconds, int lifeSeconds)
    {
        while (_order.TryPeek(out (EntryName Name, long At) oldest)
            && (_order.Count >= SharingLimits.RememberedRemovals
                || clock.GetElapsedTime(oldest.At).TotalSeconds >= lifeSeconds))
        {
            _order.Dequeue();
            if (_removed.TryGetValue(oldest.Name, out (long Seconds, long At) last) && last.At == oldest.At)
            {
                _removed.Remove(oldest.Name);
            }
        }

        long at = clock.GetTimestamp();
        _removed[name] = (nowSeconds, at);
        _order.Enqueue((name, at));
    }

    /// <summary>The time of day when a name was removed; 0 for one that is not remembered.</summary>
    internal long Find(EntryName name) => _removed.GetValueOrDefault(name).Seconds;
}
