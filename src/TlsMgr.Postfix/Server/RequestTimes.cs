// How long requests took, as a histogram of the kind that Prometheus collects. Counting is one addition, after a search
// among a dozen bounds once per turn.

using System;
using System.Collections.Generic;
using System.Globalization;

namespace TlsMgr.Postfix.Server;

/// <summary>
/// The times of requests: from the turn that received the end of a request until its reply was in the kernel's hands.
/// All requests of a turn count with the time of the whole turn.
/// </summary>
public sealed class RequestTimes
{
    private static readonly int[] BoundsMicroseconds =
        [50, 100, 250, 500, 1000, 2500, 5000, 10_000, 50_000, 250_000, 1_000_000];

    private readonly long[] _counts = new long[BoundsMicroseconds.Length + 1];
    private double _sumMicroseconds;

    /// <summary>The number of requests, and the sum of their times in microseconds.</summary>
    public (long Count, long SumMicroseconds) Total
    {
        get
        {
            long count = 0;
            foreach (long part in _counts)
            {
                count += part;
            }

            return (count, (long)_sumMicroseconds);
        }
    }

    /// <summary>
    /// The number of requests that took at most so many microseconds, cumulative as in Prometheus: <c>le_50</c>.
    /// </summary>
    public IEnumerable<KeyValuePair<string, long>> List()
    {
        long count = 0;
        for (int i = 0; i < BoundsMicroseconds.Length; i++)
        {
            count += _counts[i];
            yield return new(string.Create(CultureInfo.InvariantCulture, $"le_{BoundsMicroseconds[i]}"), count);
        }
    }

    internal void Add(TimeSpan elapsed, long requests)
    {
        double microseconds = elapsed.TotalMicroseconds;
        int index = 0;
        while (index < BoundsMicroseconds.Length && microseconds > BoundsMicroseconds[index])
        {
            index++;
        }

        _counts[index] += requests;
        _sumMicroseconds += microseconds * requests;
    }
}
