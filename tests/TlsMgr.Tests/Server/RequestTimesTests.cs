using System;
using System.Collections.Generic;
using System.Linq;
using Shouldly;
using TlsMgr.Postfix.Server;
using Xunit;

namespace TlsMgr.Tests.Server;

/// <summary>The histogram of the times of requests.</summary>
public sealed class RequestTimesTests
{
    private readonly RequestTimes _times = new();

    [Fact]
    public void A_time_counts_in_its_bound_and_all_above()
    {
        _times.Add(TimeSpan.FromMicroseconds(50), 1);
        _times.Add(TimeSpan.FromMicroseconds(51), 2);
        _times.Add(TimeSpan.FromSeconds(1), 4);
        _times.Add(TimeSpan.FromSeconds(2), 8);

        Dictionary<string, long> counts = _times.List().ToDictionary();
        counts["le_50"].ShouldBe(1);
        counts["le_100"].ShouldBe(3);
        counts["le_250000"].ShouldBe(3);
        counts["le_1000000"].ShouldBe(7);
        _times.Total.ShouldBe((15, 50 + (2 * 51) + 4_000_000 + 16_000_000));
    }

    [Fact]
    public void Bounds_ascend()
    {
        int[] bounds = [.. _times.List().Select(pair => int.Parse(pair.Key["le_".Length..]))];

        bounds.ShouldBe(bounds.Order());
        bounds.Length.ShouldBe(11);
    }
}
