using System;
using System.Collections.Generic;

namespace TlsMgr.Sharing;

/// <summary>Names that the pool does not have, for a while: they are not asked for again.</summary>
/// <param name="clock">The monotonic clock.</param>
internal sealed class MissMemory(TimeProvider clock)
{
    private readonly Dictionary<EntryName, long> _missed = [];
    private readonly Queue<(EntryName Name, long At)> _order = [];

    /// <summary>The number of names that are remembered.</summary>
    internal int Count => _missed.Count;

    /// <summary>Remembers a name.</summary>
    internal void Add(EntryName name)
    {
        Forget();
        long now = clock.GetTimestamp();
        _missed[name] = now;
        _order.Enqueue((name, now));
        if (_order.Count > SharingLimits.RememberedMisses)
        {
            Remove(_order.Dequeue());
        }
    }

    /// <summary>Whether a name has missed a short time ago.</summary>
    internal bool Contains(EntryName name)
    {
        Forget();
        return _missed.ContainsKey(name);
    }

    private void Forget()
    {
        while (_order.TryPeek(out (EntryName Name, long At) oldest)
            && clock.GetElapsedTime(oldest.At).TotalSeconds >= SharingLimits.MissSeconds)
        {
            Remove(_order.Dequeue());
        }
    }

    private void Remove((EntryName Name, long At) oldest)
    {
        if (_missed.TryGetValue(oldest.Name, out long at) && at == oldest.At)
        {
            _missed.Remove(oldest.Name);
        }
    }
}
