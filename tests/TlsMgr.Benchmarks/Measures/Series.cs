using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>The values of one figure, one per round and in their order.</summary>
internal sealed class Series(params IEnumerable<double> values)
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

    internal double Highest => _values.Max();

    /// <summary>The ratio within each round: other load of the machine in that round affects both sides.</summary>
    internal Series RatioTo(Series other)
    {
        if (_values.Length != other._values.Length)
        {
            throw new InvalidOperationException("both sides of a ratio have the same number of rounds");
        }

        return new Series(_values.Zip(other._values, static (mine, theirs) => mine / theirs));
    }
}
