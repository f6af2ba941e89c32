using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Output;

/// <summary>The labels that every metric of Prometheus gets, such as the instance of Postfix.</summary>
internal sealed partial class MetricLabels
{
    /// <summary>Labels of metrics of this program beside those that <see cref="MetricTable"/> names.</summary>
    private static readonly string[] OwnNames =
        ["cache", "le", "lmdb", "mail_version", "reason", "state", "subject", "version"];

    private readonly List<string> _labels = [];
    private readonly HashSet<string> _names = [];

    /// <summary>Adds a label, whose value may be any text.</summary>
    internal void Add(string name, string value)
    {
        _names.Add(name);
        _labels.Add(Pair(name, value));
    }

    /// <summary>Whether a metric has a label of this name already, or Prometheus keeps it for itself.</summary>
    internal static bool IsReserved(string name) => name.StartsWith("__", StringComparison.Ordinal)
        || OwnNames.Contains(name) || MetricTable.OfService.Any(metric => metric.Label == name);

    /// <summary>A label and its value, which may be any text.</summary>
    internal static string Pair(string name, string value) =>
        $"{name}=\"{value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")}\"";

    /// <summary>Adds labels <c>NAME=VALUE</c> of the command line.</summary>
    /// <exception cref="FatalException">
    /// One has no <c>=</c>, a name that Prometheus does not allow, or the name of another label.
    /// </exception>
    internal void Add(IEnumerable<string> texts)
    {
        foreach (string text in texts.Where(static text => text.Length > 0))
        {
            string[] parts = text.Split('=', 2);
            if (parts.Length < 2 || !Name().IsMatch(parts[0]))
            {
                throw new FatalException(
                    $"bad label {text}: NAME=VALUE, and a name has letters, digits and underscores");
            }

            if (IsReserved(parts[0]))
            {
                throw new FatalException($"bad label {text}: {parts[0]} is a label of the metrics themselves");
            }

            if (_names.Contains(parts[0]))
            {
                throw new FatalException($"bad label {text}: {parts[0]} is given twice");
            }

            Add(parts[0], parts[1]);
        }
    }

    /// <summary>The labels with one more, in braces; empty without any.</summary>
    /// <param name="own">The label of this metric; empty for none.</param>
    internal string With(string own)
    {
        string all = string.Join(',', own.Length > 0 ? [own, .. _labels] : _labels);
        return all.Length > 0 ? $"{{{all}}}" : "";
    }

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*$")]
    private static partial Regex Name();
}
