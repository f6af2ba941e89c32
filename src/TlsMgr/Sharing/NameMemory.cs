using System;
using System.Collections.Generic;

namespace TlsMgr.Sharing;

/// <summary>Names that are remembered for a while, each with the time of day of its last event.</summary>
/// <param name="clock">The monotonic clock.</param>
/// <param name="maximum">The most names; of more, the oldest are forgotten.</param>
internal sealed class NameMemory(TimeProvider clock, int maximum)
{
    private readonly Dictionary<EntryName, (long Seconds, long At)> _names = [];
    private readonly Queue<(EntryName Name, long At, int LifeSeconds)> _order = [];

    /// <summary>Remembers a name.</summary>
    /// <param name="name">The name of an entry.</param>
    /// <param name="nowSeconds">The time of day.</param>
    /// <param name="lifeSeconds">For how long: no less than for the names before.</param>
    internal void Add(EntryName name, long nowSeconds, int lifeSeconds)
    {
        Forget();
        long at = clock.GetTimestamp();
        _names[name] = (nowSeconds, at);
        _order.Enqueue((name, at, lifeSeconds));
        if (_order.Count > maximum)
        {
            Remove(_order.Dequeue());
        }
    }

    /// <summary>The time of day with which a name is remembered; null for one that is not.</summary>
    internal long? Find(EntryName name)
    {
        Forget();
        return _names.TryGetValue(name, out (long Seconds, long At) last) ? last.Seconds : null;
    }

    private void Forget()
    {
        while (_order.TryPeek(out (EntryName Name, long At, int LifeSeconds) oldest)
            && clock.GetElapsedTime(oldest.At).TotalSeconds >= oldest.LifeSeconds)
        {
            Remove(_order.Dequeue());
        }
    }

    private void Remove((EntryName Name, long At, int LifeSeconds) oldest)
    {
        if (_names.TryGetValue(oldest.Name, out (long Seconds, long At) last) && last.At == oldest.At)
        {
            _names.Remove(oldest.Name);
        }
    }
}
