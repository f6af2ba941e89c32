// When the sessions of a cache were withdrawn: by a flush, by a change of what they are trusted for, or because a
// removal was lost on its way. Kept in the state file of the pool, so that it holds for the next process; a mark that
// cannot be written holds for this one.

using System;
using TlsMgr.Tickets;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Sharing;

/// <summary>The not-before times of the caches.</summary>
/// <param name="pool">The pool, whose state keeps them.</param>
internal sealed class CacheMarks(PoolTicketKeys pool)
{
    private readonly long[] _notBefore = new long[PoolCacheMark.Count];
    private readonly UInt128[] _trust = new UInt128[PoolCacheMark.Count];

    /// <summary>Sessions of the pool that were stored before are not used; 0: all may be.</summary>
    internal long NotBefore(int cache) => _notBefore[cache];

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
