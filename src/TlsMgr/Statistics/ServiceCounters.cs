// The counters of the service. Their names are part of the log and of tlsmgrctl's output: a name keeps its meaning.

namespace TlsMgr.Statistics;

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
