using System;
using TlsMgr.Sessions;

namespace TlsMgr.Sharing;

/// <summary>How sessions are shared.</summary>
/// <param name="CacheTimeoutSeconds">tlsmgr_pool_cache_timeout: at most a period is in force.</param>
/// <param name="LookupMilliseconds">tlsmgr_pool_lookup_milliseconds: 0 holds no reply.</param>
/// <param name="SkewSeconds">tlsmgr_pool_clock_skew: at most half a period is in force.</param>
public sealed record SharingSettings(int CacheTimeoutSeconds, int LookupMilliseconds, int SkewSeconds)
{
    /// <summary>The caches, by their index; null for one that is not shared.</summary>
    public SharedCacheSettings?[] Caches { get; init; } = [];

    /// <summary>
    /// Whether sessions of TLS 1.3 are shared of smtpd's: it looks them up only where it gives no tickets.
    /// </summary>
    public bool SharesTls13OfServers { get; init; } = true;
}

/// <summary>A cache that is shared.</summary>
/// <param name="Cache">The local cache.</param>
/// <param name="PolicyDigest">Its pool digest, 32 bytes.</param>
/// <param name="Trust">
/// What its sessions are trusted for: the first 16 bytes of a digest; zero when that is not known, and counts as
/// changed.
/// </param>
public sealed record SharedCacheSettings(SessionCache Cache, byte[] PolicyDigest, UInt128 Trust)
{
    /// <summary>Why it is not shared after all, such as a policy that is not known; empty when it is.</summary>
    public string Objection { get; init; } = "";
}
