using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace TlsMgr.Control.Output;

/// <summary>
/// The histogram of the time that requests took: from the turn in which a request was complete until the reply was in
/// the kernel's hands.
/// </summary>
internal sealed class RequestTimes
{
    /// <summary>The group of figures.</summary>
    internal const string Group = "request_time";

    private const string BoundPrefix = "le_";

    private RequestTimes(List<KeyValuePair<long, long>> buckets, long count, long sumMicroseconds)
    {
        Buckets = buckets;
        Count = count;
        SumMicroseconds = sumMicroseconds;
    }

    /// <summary>Upper bounds in microseconds, ascending, with the requests that took at most that long.</summary>
    internal IReadOnlyList<KeyValuePair<long, long>> Buckets { get; }

    /// <summary>All requests.</summary>
    internal long Count { get; }

    /// <summary>The sum of their times.</summary>
    internal long SumMicroseconds { get; }

    /// <summary>The histogram of all requests; null from an older daemon.</summary>
    internal static RequestTimes? Of(FigureTree figures) => Read(figures, rates: null);

    /// <summary>The histogram of the requests between two reports; null from an older daemon.</summary>
    internal static RequestTimes? Of(FigureTree figures, FigureRates rates) => Read(figures, rates);

    /// <summary>
    /// The smallest bound that a share of the requests did not exceed, in microseconds; null when it lies above the
    /// last bound. With no request, there is no such bound either.
    /// </summary>
    /// <param name="share">The share, such as 0.99.</param>
    internal long? BoundOf(double share) => Buckets
        .Where(bucket => Count > 0 && bucket.Value >= share * Count)
        .Select(static bucket => (long?)bucket.Key).FirstOrDefault();

    /// <summary>Such a bound for people: <c>&lt;= 0.05 ms</c>, or <c>&gt; 1000 ms</c> above the last one.</summary>
    internal string Describe(double share) =>
        Count == 0 ? "-"
        : BoundOf(share) is { } bound ? $"<= {MeasureText.Milliseconds(bound)}"
        : Buckets.Count > 0 ? $"> {MeasureText.Milliseconds(Buckets[^1].Key)}"
        : "-";

    private static RequestTimes? Read(FigureTree figures, FigureRates? rates)
    {
        long? Value(string name) => rates is null ? figures[$"{Group}.{name}"] : rates.Growth($"{Group}.{name}");

        if (Value("count") is not { } count || Value("sum_microseconds") is not { } sum)
        {
            return null;
        }

        List<KeyValuePair<long, long>> buckets = [];
        foreach ((string name, _) in figures.Group(Group))
        {
            // Two spellings of one number would be one bucket twice.
            if (name.StartsWith(BoundPrefix, StringComparison.Ordinal)
                && long.TryParse(
                    name[BoundPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long bound)
                && name == string.Create(CultureInfo.InvariantCulture, $"{BoundPrefix}{bound}")
                && Value(name) is { } requests)
            {
                buckets.Add(new(bound, requests));
            }
        }

        return new RequestTimes([.. buckets.OrderBy(static bucket => bucket.Key)], count, sum);
    }
}
