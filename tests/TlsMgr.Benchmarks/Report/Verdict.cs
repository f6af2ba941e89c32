using System.Collections.Generic;
using System.IO;
using TlsMgr.Benchmarks.Measures;

namespace TlsMgr.Benchmarks.Report;

/// <summary>A target of the benchmark, that a figure is at least or at most a bound, and what was measured.</summary>
/// <param name="Figure">The name of the figure.</param>
/// <param name="Unit">The unit behind its numbers.</param>
/// <param name="Bound">The bound.</param>
/// <param name="IsLowerBound">Whether the figure is to be at least the bound; otherwise at most.</param>
/// <param name="Values">The figure in each round; null when this run did not measure it.</param>
/// <param name="JudgesHighest">Whether the highest value is judged; otherwise the median.</param>
internal sealed record Verdict(
    string Figure, string Unit, double Bound, bool IsLowerBound, Series? Values, bool JudgesHighest = false)
{
    internal const string Rule =
        "The column measured is the median of the rounds, or the slowest request of all where the row says so. It is\n"
        + "compared with the target. A verdict is marginal where the bound of a median lies between the lowest and\n"
        + "the highest round.";

    internal double? Measured => JudgesHighest ? Values?.Highest : Values?.Median;

    internal bool IsMissed => Measured is double measured && (IsLowerBound ? measured < Bound : measured > Bound);

    private bool IsMarginal =>
        !JudgesHighest && Values is not null && Values.Lowest <= Bound && Bound <= Values.Highest;

    /// <summary>Writes a table of targets.</summary>
    internal static void Write(IEnumerable<Verdict> verdicts, TextWriter output)
    {
        MarkdownTable table = new("figure", "target", "measured", "rounds", "verdict");
        foreach (Verdict verdict in verdicts)
        {
            table.Add(verdict.Cells);
        }

        table.Write(output);
    }

    internal string[] Cells =>
    [
        Figure, $"{(IsLowerBound ? "at least" : "at most")} {Text(Bound)}{Unit}",
        Measured is double measured ? Text(measured) + Unit : "not measured in a quick run",
        Values is null || Values.Count == 1 ? "" : $"{Text(Values.Lowest)} to {Text(Values.Highest)}",
        Values is null ? "" : (IsMissed ? "MISSED" : "met") + (IsMarginal ? ", marginally" : ""),
    ];

    private static string Text(double value) => Format.Number(value, "0.##");
}
