// When a session of the pool may be used, and for how long. Clocks of two hosts may differ by S seconds: what was
// stored by a clock that is ahead by no more than that counts as stored now. What was withdrawn here may have been
// stored before by a host whose clock is ahead; so only what was stored S seconds later is certainly newer.

namespace TlsMgr.Sharing;

/// <summary>The life of a session that another host has stored. Times are seconds since 1970.</summary>
/// <param name="Stored">When it was stored, by the clock of that host.</param>
/// <param name="Expires">When it expires, by the clock of that host.</param>
internal readonly record struct SharedLife(long Stored, long Expires)
{
    /// <summary>
    /// The time with which a session is stored here, so that it expires with its own life or with this cache's timeout,
    /// whichever comes first; null when it must not be used.
    /// </summary>
    /// <param name="now">The time of this host.</param>
    /// <param name="skewSeconds">S.</param>
    /// <param name="notBefore">When sessions of this cache were withdrawn; 0 for never.</param>
    /// <param name="timeoutSeconds">The timeout of the cache.</param>
    /// <param name="longestSeconds">The longest life that is accepted: of a pool's entry.</param>
    internal long? StoreTime(long now, int skewSeconds, long notBefore, int timeoutSeconds, long longestSeconds)
    {
        if (Stored < 0 || Expires <= Stored || Stored > now + skewSeconds
            || (notBefore > 0 && Stored < notBefore + skewSeconds))
        {
            return null;
        }

        long stored = long.Min(Stored, now);
        long expires = stored + long.Min(Expires - Stored, longestSeconds);
        return expires > now ? long.Min(stored, expires - timeoutSeconds) : null;
    }
}
