// What is counted of the service as a whole. The names stand in the log and in the tool's output: none may change its
// meaning.

namespace TlsMgr.Statistics;

/// <summary>What was asked for, by the names that requests have on the wire.</summary>
public enum RequestVerb
{
    /// <summary>Random bytes.</summary>
    Seed,

    /// <summary>Whether sessions are kept.</summary>
    Policy,

    /// <summary>A session.</summary>
    Lookup,

    /// <summary>To keep a session.</summary>
    Update,

    /// <summary>To forget a session.</summary>
    Delete,

    /// <summary>A ticket key.</summary>
    TktKey,

    /// <summary>Something that no tlsmgr knows.</summary>
    Unknown,
}

/// <summary>What was wrong with a request.</summary>
public enum FaultKind
{
    /// <summary>An attribute was missing.</summary>
    Missing,

    /// <summary>Another attribute than the one expected, or one too many.</summary>
    Unexpected,

    /// <summary>A value that is no number, or no base64.</summary>
    Malformed,

    /// <summary>The client closed in the middle of a request.</summary>
    Incomplete,

    /// <summary>A cache type, a seed length or a length of a key name that there is not.</summary>
    Bogus,
}

/// <summary>The counters of the service.</summary>
public sealed class ServiceCounters
{
    /// <summary>Requests, faulty ones too as far as their name could be read.</summary>
    public CounterSet<RequestVerb> Requests { get; } = new();

    /// <summary>Faults of requests.</summary>
    public CounterSet<FaultKind> Faults { get; } = new();

    /// <summary>Seeds that were given.</summary>
    public long Seeds { get; set; }

    /// <summary>Ticket keys that were given, the same one as often as it was given.</summary>
    public long TicketKeys { get; set; }
}
