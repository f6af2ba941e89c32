// What a session cache answers. Must stay in step with the three statuses of the protocol.

namespace TlsMgr.Sessions;

/// <summary>The outcome of a lookup, a store or a delete.</summary>
public enum CacheAnswer
{
    /// <summary>Found, stored or removed: status 0.</summary>
    Done,

    /// <summary>There is no such entry: status -1.</summary>
    NotFound,

    /// <summary>The cache is not configured, or does not work at this moment: status -2.</summary>
    Fault,
}
