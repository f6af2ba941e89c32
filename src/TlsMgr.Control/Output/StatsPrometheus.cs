using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace TlsMgr.Control.Output;

/// <summary>
/// Statistics in the text exposition format of Prometheus: names end with the unit and, for counters, with _total.
/// Figures that are not in its tables are left out.
/// </summary>
internal static class StatsPrometheus
{
    private const string Counter = "counter";
    private const string Gauge = "gauge";
    private const double MicrosecondsInSecond = 1e6;

    private static readonly Metric Up = new("", "tlsmgr_up", Gauge, "Whether the daemon replied.");

    /// <summary>Metrics of the service: of one figure, or of a group with a label for its members.</summary>
    private static readonly Metric[] OfService =
    [
        new("uptime.seconds", "tlsmgr_uptime_seconds", Gauge, "Seconds since the daemon started."),
        new("requests", "tlsmgr_requests_total", Counter, "Requests.", "verb"),
        new("faults", "tlsmgr_faults_total", Counter, "Faults of requests and clients.", "kind"),
        new("connections.now", "tlsmgr_connections", Gauge, "Open connections."),
        new("connections.most", "tlsmgr_connections_most", Gauge, "The most connections at the same time."),
        new("connections.total", "tlsmgr_connections_total", Counter, "Accepted connections."),
        new("seeds", "tlsmgr_seeds_total", Counter, "Seeds that were issued."),
        new("keys.issued", "tlsmgr_ticket_keys_issued_total", Counter, "Ticket keys that were issued."),
        new("keys.rotated", "tlsmgr_ticket_keys_rotated_total", Counter, "Ticket keys that became the current one."),
        new("slowest.microseconds", "tlsmgr_slowest_request_seconds", Gauge, "Time of the slowest request.",
            Divisor: MicrosecondsInSecond),
    ];

    /// <summary>Metrics of a cache, each with a label for the cache.</summary>
    private static readonly Metric[] OfCache =
    [
        new("lookups", "tlsmgr_cache_lookups_total", Counter, "Sessions that were looked up."),
        new("hits", "tlsmgr_cache_hits_total", Counter, "Lookups that found a session."),
        new("stores", "tlsmgr_cache_stores_total", Counter, "Sessions that were stored."),
        new("deletes", "tlsmgr_cache_deletes_total", Counter, "Sessions that were deleted."),
        new("expired", "tlsmgr_cache_expired_total", Counter, "Sessions that expired."),
        new("evicted", "tlsmgr_cache_evicted_total", Counter, "Sessions that were evicted to free space."),
        new("entries", "tlsmgr_cache_entries", Gauge, "Sessions in the cache."),
        new("size", "tlsmgr_cache_size_bytes", Gauge, "Bytes of the cache's file in use."),
    ];

    /// <summary>Writes the figures.</summary>
    /// <param name="figures">The figures.</param>
    /// <param name="labels">The labels of every metric.</param>
    /// <param name="output">The destination.</param>
    internal static void Write(FigureTree figures, MetricLabels labels, TextWriter output)
    {
        WriteUp(isUp: true, labels, output);
        foreach (Metric metric in OfService)
        {
            WriteMetric(metric, figures.Group(metric.Figure)
                .Where(figure => figure.Key.Length > 0 == metric.Label.Length > 0)
                .Select(figure => (labels.With(OwnLabel(metric, figure.Key)), figure.Value)), output);
        }

        foreach (Metric metric in OfCache)
        {
            WriteMetric(metric, figures.Caches.SelectMany(cache => figures.Cache(cache)
                .Where(figure => figure.Key == metric.Figure)
                .Select(figure => (labels.With($"cache=\"{cache}\""), figure.Value))), output);
        }
    }

    /// <summary>Writes whether the daemon replied, which is all that can be said when it did not.</summary>
    internal static void WriteUp(bool isUp, MetricLabels labels, TextWriter output) =>
        WriteMetric(Up, [(labels.With(""), isUp ? 1 : 0)], output);

    private static void WriteMetric(Metric metric, IEnumerable<(string Labels, long Value)> samples, TextWriter output)
    {
        (string Labels, long Value)[] all = [.. samples];
        if (all.Length == 0)
        {
            return;
        }

        output.Write($"# HELP {metric.Name} {metric.Help}\n# TYPE {metric.Name} {metric.Type}\n");
        foreach ((string labels, long value) in all)
        {
            output.Write($"{metric.Name}{labels} {(value / metric.Divisor).ToString(CultureInfo.InvariantCulture)}\n");
        }
    }

    private static string OwnLabel(Metric metric, string name) =>
        metric.Label.Length == 0 ? "" : $"{metric.Label}=\"{name}\"";

    private sealed record Metric(
        string Figure, string Name, string Type, string Help, string Label = "", double Divisor = 1);
}
