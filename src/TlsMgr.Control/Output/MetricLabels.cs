using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Output;

/// <summary>The labels that every metric of Prometheus gets, such as the instance of Postfix.</summary>
internal sealed partial class MetricLabels
{
    private readonly List<string> _labels = [];

    /// <summary>Adds a label, whose value may be any text.</summary>
    internal void Add(string name, string value) => _labels.Add(Pair(name, value));

    /// <summary>A label and its value, which may be any text.</summary>
    internal static string Pair(string name, string value) =>
        $"{name}=\"{value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")}\"";

    /// <summary>Adds labels <c>NAME=VALUE</c> of the command line.</summary>
    /// <exception cref="FatalException">One has no <c>=</c>, or a name that Prometheus does not allow.</exception>
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
