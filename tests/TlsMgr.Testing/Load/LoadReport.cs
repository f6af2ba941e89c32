using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Testing.Load;

/// <summary>The results of a load.</summary>
public sealed class LoadReport
{
    private readonly List<double> _milliseconds;

    internal LoadReport(IReadOnlyList<LoadClient> clients)
    {
        Requests = clients.Sum(client => client.Requests);
        Hits = clients.Sum(client => client.Hits);
        Faults = clients.Sum(client => client.Faults);
        Refusals = clients.Sum(client => client.Refusals);
        Forgotten = clients.Sum(client => client.Forgotten);
        Reconnects = clients.Sum(client => client.Reconnects);
        Wrong = [.. clients.SelectMany(client => client.Wrong)];
        _milliseconds = [.. clients.SelectMany(client => client.Milliseconds).Order()];
    }

    /// <summary>Requests that got a reply.</summary>
    public long Requests { get; }

    /// <summary>Lookups that found a session, each of them checked byte for byte.</summary>
    public long Hits { get; }

    /// <summary>Cache requests with a fault as reply, where that was allowed.</summary>
    public long Faults { get; }

    /// <summary>Refused seeds and keys, where that was allowed.</summary>
    public long Refusals { get; }

    /// <summary>Stored sessions that were not found, where that was allowed.</summary>
    public long Forgotten { get; }

    /// <summary>Connections that the daemon closed while a client used them.</summary>
    public long Reconnects { get; }

    /// <summary>One text for each wrong reply; empty unless the daemon is at fault.</summary>
    public IReadOnlyList<string> Wrong { get; }

    /// <summary>The time within which a share of the requests got their reply.</summary>
    /// <param name="share">0 to 1.</param>
    public double PercentileMilliseconds(double share) =>
        _milliseconds.Count == 0 ? 0 : _milliseconds[(int)(share * (_milliseconds.Count - 1))];

    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Requests} requests, {Hits} hits, {Faults} faults, {Refusals} refusals, {Forgotten} forgotten, "
        + $"{Reconnects} reconnects, {Wrong.Count} wrong; p50 {PercentileMilliseconds(0.5):F2} ms, "
        + $"p99 {PercentileMilliseconds(0.99):F2} ms, longest {PercentileMilliseconds(1):F0} ms");
}
