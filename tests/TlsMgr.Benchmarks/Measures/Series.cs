// A figure that was measured once per round.

using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>The values of one figure, in the order of the rounds.</summary>
internal sealed class Series(IEnumerable<double> values)
{
    private readonly double[] _values = [.. values];

    internal int Count => _values.Length;

    internal double Median
    {
        get
        {
            double[] sorted = [.. _values.Order()];
            int middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /// <summary>Half the distance between the smallest and the largest value, as a share of the median.</summary>
    internal double Spread => Median == 0 ? 0 : (_values.Max() - _values.Min()) / 2 / Median;

    internal double Lowest => _values.Min();

    internal double Largest => _values.Max();

    /// <summary>
    /// The ratios within each round: what else the machine did in a round falls on both sides.
    /// </summary>
    internal Series RatioTo(Series other)
    {
        if (_values.Length != other._values.Length)
        {
            throw new InvalidOperationException("both sides of a ratio are measured in the same rounds");
        }

        return new Series(_values.Zip(other._values, static (mine, theirs) => mine / theirs));
    }
}
