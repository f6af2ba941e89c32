// What is counted of one session cache. The names stand in the log and in the tool's output: none may change its
// meaning.

namespace TlsMgr.Statistics;

/// <summary>What happens in a session cache.</summary>
public enum CacheEvent
{
    /// <summary>A session was looked up.</summary>
    Lookups,

    /// <summary>It was found.</summary>
    Hits,

    /// <summary>A session was stored.</summary>
    Stores,

    /// <summary>A session was removed because somebody asked for it.</summary>
    Deletes,

    /// <summary>A session was removed because its time was over, or because it could not be read.</summary>
    Expired,

    /// <summary>A session was removed to make room.</summary>
    Evicted,
}
