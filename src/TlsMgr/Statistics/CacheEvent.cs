// The counters of one session cache. Their names are part of the log and of tlsmgrctl's output: a name keeps its
// meaning.

namespace TlsMgr.Statistics;

/// <summary>Counted events of a session cache.</summary>
public enum CacheEvent
{
    /// <summary>A session was looked up.</summary>
    Lookups,

    /// <summary>A lookup found its session.</summary>
    Hits,

    /// <summary>A session was stored and committed.</summary>
    Stores,

    /// <summary>A session was removed on request.</summary>
    Deletes,

    /// <summary>A session was removed because it had expired, or because it could not be read.</summary>
    Expired,

    /// <summary>A session was evicted to free space.</summary>
    Evicted,

    /// <summary>A session was not kept because nobody looks it up.</summary>
    Unneeded,
}
