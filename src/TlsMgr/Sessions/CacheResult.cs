namespace TlsMgr.Sessions;

/// <summary>The result of a lookup, a store or a delete; corresponds to the statuses of the protocol.</summary>
public enum CacheResult
{
    /// <summary>Found, stored or removed: status 0.</summary>
    Done,

    /// <summary>The cache has no such entry: status -1.</summary>
    NotFound,

    /// <summary>The cache is not configured, or does not work at present: status -2.</summary>
    Fault,

    /// <summary>
    /// Held until the file of the cache was examined; the result is not known before.
    /// </summary>
    Held,
}
