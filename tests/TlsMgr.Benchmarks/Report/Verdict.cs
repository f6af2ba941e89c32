// One target and what was measured of it.

using System.Globalization;
using TlsMgr.Benchmarks.Measures;

namespace TlsMgr.Benchmarks.Report;

/// <summary>A target of the benchmark: a figure that must not go below, or not above, a bound.</summary>
/// <param name="Figure">What is measured.</param>
/// <param name="Unit">What stands behind its numbers.</param>
/// <param name="Bound">The bound.</param>
/// <param name="IsFloor">Whether the figure must be at least the bound; else at most.</param>
/// <param name="Values">What it was in each round; null when this run did not measure it.</param>
/// <param name="JudgesLargest">Whether its largest value is judged; else its median.</param>
internal sealed record Verdict(
    string Figure, string Unit, double Bound, bool IsFloor, Series? Values, bool JudgesLargest = false)
{
    internal const string Rule =
        "The verdict is that of the figure measured: the median of the rounds, or the largest of all where the row\n"
        + "says so. It is called marginal where a median's bound lies between the lowest and the highest round.";

    internal double? Measured => JudgesLargest ? Values?.Largest : Values?.Median;

    internal bool IsMissed => Measured is double measured && (IsFloor ? measured < Bound : measured > Bound);

    private bool IsMarginal =>
        !JudgesLargest && Values is not null && Values.Lowest <= Bound && Bound <= Values.Largest;

    internal string[] Cells =>
    [
        Figure, $"{(IsFloor ? "at least" : "at most")} {Text(Bound)}{Unit}",
        Measured is double measured ? Text(measured) + Unit : "not measured in a quick run",
        Values is null || Values.Count == 1 ? "" : $"{Text(Values.Lowest)} to {Text(Values.Largest)}",
        Values is null ? "" : (IsMissed ? "MISSED" : "met") + (IsMarginal ? ", marginally" : ""),
    ];

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
