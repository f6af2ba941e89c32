// The counters of the service. Their names are part of the log and of tlsmgrctl's output: a name keeps its meaning.

namespace TlsMgr.Statistics;

/// <summary>The requests, named as on the wire.</summary>
public enum RequestVerb
{
    /// <summary>Returns random bytes.</summary>
    Seed,

    /// <summary>Returns the caching policy.</summary>
    Policy,

    /// <summary>Looks a session up.</summary>
    Lookup,

    /// <summary>Stores a session.</summary>
    Update,

    /// <summary>Removes a session.</summary>
    Delete,

    /// <summary>Returns a ticket key.</summary>
    TktKey,

    /// <summary>A request that is not part of the protocol.</summary>
    Unknown,
}

/// <summary>Faults of requests.</summary>
public enum FaultKind
{
    /// <summary>An attribute was missing.</summary>
    Missing,

    /// <summary>An attribute with another name than expected, or an additional one.</summary>
    Unexpected,

    /// <summary>A value was not a valid number, or not valid base64.</summary>
    Malformed,

    /// <summary>The client closed the connection in the middle of a request.</summary>
    Incomplete,

    /// <summary>An unknown cache type, or a seed length or key name length outside its range.</summary>
    Bogus,
}

/// <summary>The counters of requests and their results.</summary>
public sealed class ServiceCounters
{
    /// <summary>Requests by name, including faulty ones whose name could be read.</summary>
    public CounterSet<RequestVerb> Requests { get; } = new();

    /// <summary>Faults of requests by kind.</summary>
    public CounterSet<FaultKind> Faults { get; } = new();

    /// <summary>Number of seeds returned.</summary>
    public long Seeds { get; set; }

    /// <summary>Number of replies that contain a ticket key.</summary>
    public long TicketKeys { get; set; }
}
