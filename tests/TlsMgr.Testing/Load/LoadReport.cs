using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Testing.Load;

/// <summary>What a load has seen.</summary>
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

    /// <summary>Requests that were answered.</summary>
    public long Requests { get; }

    /// <summary>Lookups that found a session, each of them checked byte for byte.</summary>
    public long Hits { get; }

    /// <summary>Cache requests that were answered as a fault, where that was allowed.</summary>
    public long Faults { get; }

    /// <summary>Seeds and keys that were refused, where that was allowed.</summary>
    public long Refusals { get; }

    /// <summary>Stored sessions that were not found, where that was allowed.</summary>
    public long Forgotten { get; }

    /// <summary>Connections that the daemon closed in the middle.</summary>
    public long Reconnects { get; }

    /// <summary>What must never happen: one text for each wrong answer, or none.</summary>
    public IReadOnlyList<string> Wrong { get; }

    /// <summary>The time below which a share of the requests was answered.</summary>
    /// <param name="share">0 to 1.</param>
    public double PercentileMilliseconds(double share) =>
        _milliseconds.Count == 0 ? 0 : _milliseconds[(int)(share * (_milliseconds.Count - 1))];

    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Requests} requests, {Hits} hits, {Faults} faults, {Refusals} refusals, {Forgotten} forgotten, "
        + $"{Reconnects} reconnects, {Wrong.Count} wrong; p50 {PercentileMilliseconds(0.5):F2} ms, "
        + $"p99 {PercentileMilliseconds(0.99):F2} ms, longest {PercentileMilliseconds(1):F0} ms");
}
