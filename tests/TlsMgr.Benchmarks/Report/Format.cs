using System.Globalization;
using TlsMgr.Benchmarks.Measures;

namespace TlsMgr.Benchmarks.Report;

/// <summary>Figures as text of the tables.</summary>
internal static class Format
{
    internal static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>The median and the highest value.</summary>
    internal static string MedianAndHighest(Series series) =>
        $"{Number(series.Median, "0.0")} / {Number(series.Highest, "0.0")}";

    internal static string Memory(MemoryUse memory) =>
        $"{Number(memory.Anonymous, "0.0")} / {Number(memory.Total, "0.0")}";

    internal static string Spread(Series series) => Number(series.Spread * 100, "0") + " %";

    /// <summary>The median and, of more than one round, the lowest and the highest value.</summary>
    internal static string Ratio(Series ratio) => ratio.Count == 1
        ? Number(ratio.Median, "0.00")
        : $"{Number(ratio.Median, "0.00")} ({Number(ratio.Lowest, "0.00")} to {Number(ratio.Highest, "0.00")})";
}
