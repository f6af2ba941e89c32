using TlsMgr.Sessions;

namespace TlsMgr.Administration;

/// <summary>The state of a cache in one word.</summary>
internal static class CacheStateText
{
    /// <summary>Returns <c>on</c>, <c>examining</c>, <c>degraded</c>, <c>memory</c> or <c>off</c>.</summary>
    internal static string WordFor(SessionCache cache) => cache.IsBeingExamined ? "examining"
        : cache.Condition.Health switch
        {
            CacheHealth.Healthy => "on",
            CacheHealth.InMemory => "memory",
            CacheHealth.Degraded => "degraded",
            _ => "off",
        };
}
