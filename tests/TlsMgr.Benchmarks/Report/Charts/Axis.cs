using System;
using System.Collections.Generic;
using System.Globalization;

namespace TlsMgr.Benchmarks.Report.Charts;

/// <summary>A vertical axis: from 0, or logarithmic.</summary>
internal sealed class Axis
{
    private const int WantedTicks = 5;
    private readonly double _lowest;
    private readonly double _highest;
    private readonly double _top;
    private readonly double _bottom;
    private readonly bool _isLogarithmic;

    private Axis(double lowest, double highest, double top, double bottom, bool isLogarithmic, List<double> ticks)
    {
        (_lowest, _highest, _top, _bottom) = (lowest, highest, top, bottom);
        _isLogarithmic = isLogarithmic;
        Ticks = ticks;
    }

    /// <summary>The values with a line and a label.</summary>
    internal IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis from 0 to the first tick at or above a value.</summary>
    internal static Axis Linear(double highest, double top, double bottom)
    {
        double magnitude = Math.Pow(10, Math.Floor(Math.Log10(highest / WantedTicks)));
        double steps = highest / WantedTicks / magnitude;
        double step = magnitude * (steps <= 1 ? 1 : steps <= 2 ? 2 : steps <= 5 ? 5 : 10);
        List<double> ticks = [0];
        while (ticks[^1] < highest)
        {
            ticks.Add(step * ticks.Count);
        }

        return new Axis(0, ticks[^1], top, bottom, isLogarithmic: false, ticks);
    }

    /// <summary>An axis from the power of ten below a value to that above another.</summary>
    internal static Axis Logarithmic(double lowest, double highest, double top, double bottom)
    {
        int first = (int)Math.Floor(Math.Log10(lowest));
        int last = (int)Math.Ceiling(Math.Log10(highest));
        List<double> ticks = [];
        for (int power = first; power <= last; power++)
        {
            ticks.Add(Math.Pow(10, power));
        }

        return new Axis(ticks[0], ticks[^1], top, bottom, isLogarithmic: true, ticks);
    }

    /// <summary>The place of a value.</summary>
    internal double Place(double value)
    {
        double share = _isLogarithmic
            ? Math.Log(value / _lowest) / Math.Log(_highest / _lowest)
            : (value - _lowest) / (_highest - _lowest);
        return _bottom - (share * (_bottom - _top));
    }

    /// <summary>A tick's label.</summary>
    internal static string Label(double tick) => tick.ToString("#,0.##", CultureInfo.InvariantCulture);
}
