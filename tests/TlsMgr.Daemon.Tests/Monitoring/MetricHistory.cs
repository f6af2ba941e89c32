using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace TlsMgr.Daemon.Tests.Monitoring;

/// <summary>
/// Two hours of metrics as Prometheus would have scraped them from node_exporter every minute: each value grows evenly
/// from the one of a first text to the one of a last text. In OpenMetrics, for promtool.
/// </summary>
internal sealed class MetricHistory
{
    /// <summary>The time of the last sample, in seconds since 1970.</summary>
    internal const long End = 1796007200;

    private const int Samples = 120;
    private const int IntervalSeconds = 60;

    private readonly List<string> _lines = [];

    /// <summary>Adds the metrics of an instance of Postfix.</summary>
    /// <param name="host">The label instance, which the target sets.</param>
    /// <param name="postfix">The label instance of the file; Prometheus renames it.</param>
    /// <param name="first">The metrics at the beginning.</param>
    /// <param name="last">The metrics at the end.</param>
    internal void Add(string host, string postfix, string first, string last)
    {
        Dictionary<string, double> values = Read(last).ToDictionary();
        foreach ((string series, double value) in Read(first))
        {
            string name = series.Split('{')[0];
            string labels = string.Join(',', [
                $"instance=\"{host}\"", $"exported_instance=\"{postfix}\"",
                .. series.Contains('{') ? [series[(name.Length + 1)..^1]] : Array.Empty<string>(),
            ]);
            Add($"{name}{{{labels}}}", value, values[series]);
        }
    }

    /// <summary>Adds one series with its labels.</summary>
    internal void Add(string series, double first, double last)
    {
        for (int i = 0; i <= Samples; i++)
        {
            double value = first + ((last - first) * i / Samples);
            long time = End - ((Samples - i) * IntervalSeconds);
            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{series} {value} {time}"));
        }
    }

    /// <summary>Writes the file.</summary>
    internal void Write(string path) => File.WriteAllText(path, string.Join('\n', [.. _lines, "# EOF"]) + "\n");

    private static IEnumerable<KeyValuePair<string, double>> Read(string text) => text.Split('\n')
        .Where(static line => line.Length > 0 && !line.StartsWith('#'))
        .Select(static line => new KeyValuePair<string, double>(
            line[..line.LastIndexOf(' ')],
            double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)));
}
