using System;

namespace TlsMgr.Control.Output;

/// <summary>How fast the counters grow between two reports of one daemon.</summary>
internal sealed class FigureRates
{
    private readonly FigureTree _earlier;
    private readonly FigureTree _later;
    private readonly TimeSpan _elapsed;

    private FigureRates(FigureTree earlier, FigureTree later, TimeSpan elapsed)
    {
        _earlier = earlier;
        _later = later;
        _elapsed = elapsed;
    }

    /// <summary>The rates between two reports; null when they are of two daemons, or no time is between them.</summary>
    internal static FigureRates? Between(DaemonReport? earlier, DaemonReport later, TimeSpan elapsed) =>
        earlier is not null && elapsed > TimeSpan.Zero && earlier.IsOfSameDaemon(later)
            ? new FigureRates(earlier.Figures, later.Figures, elapsed)
            : null;

    /// <summary>By how much a counter grew; null for other figures, and for one that a report lacks.</summary>
    internal long? Growth(string figure) =>
        MetricTable.IsCounter(figure) && _later[figure] - _earlier[figure] is { } growth and >= 0 ? growth : null;

    /// <summary>The growth of a counter per second; null as above.</summary>
    internal double? PerSecond(string figure) => Growth(figure) / _elapsed.TotalSeconds;
}
