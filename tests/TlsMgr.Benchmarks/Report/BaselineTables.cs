using System;
using System.Globalization;
using System.IO;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Measures;

namespace TlsMgr.Benchmarks.Report;

/// <summary>The tables of ratios to the baseline.</summary>
internal sealed class BaselineTables(Results results, TextWriter output)
{
    /// <summary>From here on a figure is shown without decimals.</summary>
    private const double EnoughDigits = 100;

    private static readonly (string Name, Func<LoadResult, double> Figure)[] Figures =
    [
        ("requests/s", static result => result.RequestsPerSecond),
        ("p50", static result => result.P50),
        ("p99", static result => result.P99),
        ("p99.9", static result => result.P999),
        ("CPU", static result => result.ServerMicroseconds),
    ];

    internal void Write()
    {
        MarkdownTable load = new(["verb", "connections", .. Figures.Select(static figure => figure.Name)]);
        foreach (string verb in Verbs.All)
        {
            foreach (int connections in Throughput.ConnectionCounts)
            {
                load.Add([
                    verb, connections.ToString(CultureInfo.InvariantCulture),
                    .. Figures.Select(figure => Format.Ratio(Ratio(verb, connections, figure.Figure)))]);
            }
        }

        load.Write(output);
        MarkdownTable others = new("figure", results.Ours.Name, results.Baseline.Name, "ratio");
        foreach (Comparison comparison in Comparison.All(results))
        {
            (string figure, Series ours, Series baseline, Series ratio) = comparison;
            others.Add(figure, Median(ours), Median(baseline), Format.Ratio(ratio));
        }

        others.Write(output);
    }

    private static string Median(Series series) =>
        Format.Number(series.Median, series.Median < EnoughDigits ? "0.0#" : "0");

    private Series Ratio(string verb, int connections, Func<LoadResult, double> figure) =>
        results.Throughput.Of(results.Ours, verb, connections, figure)
            .RatioTo(results.Throughput.Of(results.Baseline, verb, connections, figure));
}
