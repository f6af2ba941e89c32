using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace TlsMgr.Control.Output;

/// <summary>
/// Statistics in the text exposition format of Prometheus. Figures that are not in <see cref="MetricTable"/> are left
/// out.
/// </summary>
internal static class StatsPrometheus
{
    private static readonly Metric Up = new("", "tlsmgr_up", MetricTable.Gauge, "Whether the daemon replied.");

    private static readonly Metric Duration = new(
        RequestTimes.Group, "tlsmgr_request_duration_seconds", "histogram",
        "Time from the turn in which a request was complete until its reply was sent.");

    /// <summary>Writes all metrics.</summary>
    /// <param name="report">The figures, and what the daemon reports of itself.</param>
    /// <param name="labels">The labels of every metric.</param>
    /// <param name="output">The destination.</param>
    internal static void Write(DaemonReport report, MetricLabels labels, TextWriter output)
    {
        WriteUp(isUp: true, labels, output);
        foreach ((Metric metric, IEnumerable<MetricSample> samples) in InfoMetrics.Of(report.Info))
        {
            WriteMetric(metric, samples, labels, output);
        }

        FigureTree figures = report.Figures;
        foreach (Metric metric in MetricTable.OfService)
        {
            WriteMetric(metric, figures.Group(metric.Figure)
                .Where(figure => figure.Key.Length > 0 == metric.Label.Length > 0)
                .Select(figure => new MetricSample(figure.Value / metric.Divisor, OwnLabel(metric, figure.Key))),
                labels, output);
        }

        WriteDuration(RequestTimes.Of(figures), labels, output);
        foreach (Metric metric in MetricTable.OfCache)
        {
            WriteMetric(metric, figures.Caches.SelectMany(cache => figures.Cache(cache)
                .Where(figure => figure.Key == metric.Figure)
                .Select(figure => new MetricSample(figure.Value, MetricLabels.Pair("cache", cache)))), labels, output);
        }
    }

    /// <summary>Writes whether the daemon replied, which is all that can be said when it did not.</summary>
    internal static void WriteUp(bool isUp, MetricLabels labels, TextWriter output) =>
        WriteMetric(Up, [new MetricSample(isUp ? 1 : 0)], labels, output);

    private static void WriteDuration(RequestTimes? times, MetricLabels labels, TextWriter output)
    {
        if (times is not null)
        {
            WriteMetric(
                Duration,
                [
                    .. times.Buckets.Select(static bucket => Bucket(Seconds(bucket.Key), bucket.Value)),
                    Bucket("+Inf", times.Count),
                    new MetricSample(times.SumMicroseconds / MetricTable.MicrosecondsInSecond, Suffix: "_sum"),
                    new MetricSample(times.Count, Suffix: "_count"),
                ],
                labels, output);
        }
    }

    private static MetricSample Bucket(string bound, long count) =>
        new(count, MetricLabels.Pair("le", bound), "_bucket");

    private static void WriteMetric(
        Metric metric, IEnumerable<MetricSample> samples, MetricLabels labels, TextWriter output)
    {
        MetricSample[] all = [.. samples];
        if (all.Length == 0)
        {
            return;
        }

        output.Write($"# HELP {metric.Name} {metric.Help}\n# TYPE {metric.Name} {metric.Type}\n");
        foreach (MetricSample sample in all)
        {
            output.Write($"{metric.Name}{sample.Suffix}{labels.With(sample.Label)} {Number(sample.Value)}\n");
        }
    }

    private static string OwnLabel(Metric metric, string name) =>
        metric.Label.Length == 0 ? "" : MetricLabels.Pair(metric.Label, name);

    /// <summary>A bound without an exponent.</summary>
    private static string Seconds(long microseconds) =>
        (microseconds / (decimal)MetricTable.MicrosecondsInSecond).ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
