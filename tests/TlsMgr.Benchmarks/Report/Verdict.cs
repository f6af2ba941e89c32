// One target and what was measured of it.

using System.Globalization;

namespace TlsMgr.Benchmarks.Report;

/// <summary>A target of the benchmark: a figure that must not go below, or not above, a bound.</summary>
/// <param name="Figure">What is measured.</param>
/// <param name="Unit">What stands behind its numbers.</param>
/// <param name="Bound">The bound.</param>
/// <param name="IsFloor">Whether the figure must be at least the bound; else at most.</param>
/// <param name="Measured">What it was; null when this run did not measure it.</param>
internal sealed record Verdict(string Figure, string Unit, double Bound, bool IsFloor, double? Measured)
{
    internal bool IsMissed => Measured is double measured && (IsFloor ? measured < Bound : measured > Bound);

    internal string[] Cells =>
    [
        Figure, $"{(IsFloor ? "at least" : "at most")} {Text(Bound)}{Unit}",
        Measured is double measured ? Text(measured) + Unit : "not measured in a quick run",
        Measured is null ? "" : IsMissed ? "MISSED" : "met",
    ];

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
