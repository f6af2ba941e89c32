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
