// When the sessions of a cache were withdrawn: by a flush, by a change of what they are trusted for, or because a
// removal was lost on its way. Kept in the state file of the pool, so that it holds for the next process; a mark that
// cannot be written holds for this one.

using System;
using TlsMgr.Tickets;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Sharing;

/// <summary>The not-before times of the caches.</summary>
/// <param name="pool">The pool, whose state keeps them.</param>
/// <param name="clock">The monotonic clock.</param>
internal sealed class CacheMarks(PoolTicketKeys pool, TimeProvider clock)
{
    // A server that fails over may forget a removal that it has confirmed: what another one has not copied yet is lost,
    // and the session would come back from there.
    private readonly NameMemory _removed = new(clock, SharingLimits.RememberedRemovals);
    private readonly long[] _notBefore = new long[PoolCacheMark.Count];
    private readonly UInt128[] _trust = new UInt128[PoolCacheMark.Count];

    /// <summary>A session of the pool that was stored there before this time is not used; 0: any may be.</summary>
    internal long NotBefore(EntryPlace place) => long.Max(_notBefore[place.Cache], _removed.Find(place.Name) ?? 0);

    /// <summary>Reads the mark of a cache; sessions under another trust are withdrawn.</summary>
    /// <param name="cache">The index of the cache.</param>
    /// <param name="trust">What its sessions are trusted for now; zero when not known.</param>
    /// <param name="nowSeconds">The time.</param>
    internal void Begin(int cache, UInt128 trust, long nowSeconds)
    {
        PoolCacheMark stored = pool.Ratchet?.State.CacheMarks[cache] ?? default;
        _trust[cache] = trust;
        _notBefore[cache] = stored.NotBeforeSeconds;
        bool isFirst = stored.Trust == UInt128.Zero && stored.NotBeforeSeconds == 0;
        if (trust == UInt128.Zero || (!isFirst && stored.Trust != trust))
        {
            Withdraw(cache, nowSeconds);
        }
        else if (isFirst)
        {
            pool.TryMark(cache, new PoolCacheMark(0, trust));
        }
    }

    /// <summary>Withdraws what was stored in a place so far. The next process does not know of it.</summary>
    /// <param name="name">The name of the place.</param>
    /// <param name="nowSeconds">The time.</param>
    /// <param name="lifeSeconds">The longest life of an entry.</param>
    internal void Withdraw(EntryName name, long nowSeconds, int lifeSeconds) =>
        _removed.Add(name, nowSeconds, lifeSeconds);

    /// <summary>Withdraws what was stored in a cache so far.</summary>
    /// <returns>Whether that holds for the next process, too.</returns>
    internal bool Withdraw(int cache, long nowSeconds)
    {
        if (_notBefore[cache] == nowSeconds)
        {
            return true;
        }

        _notBefore[cache] = nowSeconds;
        return pool.TryMark(cache, new PoolCacheMark(nowSeconds, _trust[cache]));
    }
}
