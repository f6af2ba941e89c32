using System;
using System.Linq;
using Shouldly;
using TlsMgr.Control.Output;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

/// <summary>The histogram of request times.</summary>
public sealed class RequestTimesTests
{
    private const string Buckets = "request_time.le_1000|9|request_time.le_50|5|request_time.le_250|5|";

    [Theory]
    [InlineData(0.5, "<= 0.05 ms")]
    [InlineData(0.51, "<= 1 ms")]
    [InlineData(0.9, "<= 1 ms")]
    [InlineData(0.91, "> 1 ms")]
    public void A_percentile_is_the_bound_that_holds_it(double share, string expected) =>
        Read(Buckets + "request_time.count|10|request_time.sum_microseconds|1|").ShouldNotBeNull()
            .Describe(share).ShouldBe(expected);

    [Fact]
    public void Buckets_are_in_ascending_order() =>
        Read(Buckets + "request_time.count|10|request_time.sum_microseconds|1|").ShouldNotBeNull()
            .Buckets.Select(static bucket => bucket.Key).ShouldBe([50, 250, 1000]);

    [Fact]
    public void Without_requests_there_is_no_percentile() =>
        Read("request_time.le_50|0|request_time.count|0|request_time.sum_microseconds|0|").ShouldNotBeNull()
            .Describe(0.5).ShouldBe("-");

    [Theory]
    [InlineData("seeds|1|")]
    [InlineData("request_time.le_50|1|request_time.count|1|")]
    [InlineData("request_time.le_50|1|request_time.sum_microseconds|1|")]
    public void Without_count_and_sum_there_is_no_histogram(string figures) => Read(figures).ShouldBeNull();

    [Theory]
    [InlineData("request_time.le_050|1|")]
    [InlineData("request_time.le_x|1|")]
    [InlineData("request_time.le_|1|")]
    [InlineData("request_time.le_99999999999999999999|1|")]
    public void A_bucket_without_a_plain_number_is_none(string bucket) =>
        Read(bucket + "request_time.count|1|request_time.sum_microseconds|1|").ShouldNotBeNull()
            .Buckets.ShouldBeEmpty();

    [Fact]
    public void The_requests_between_two_reports_have_a_histogram()
    {
        DaemonReport earlier = Report("request_time.le_50|5|request_time.le_100|5|request_time.count|5|request_time.sum_microseconds|9|");
        DaemonReport later = Report("request_time.le_50|5|request_time.le_100|7|request_time.count|7|request_time.sum_microseconds|200|");

        RequestTimes times = RequestTimes.Of(
            later.Figures, FigureRates.Between(earlier, later, TimeSpan.FromSeconds(1))!).ShouldNotBeNull();

        (times.Count, times.SumMicroseconds, times.Describe(0.01)).ShouldBe((2, 191, "<= 0.1 ms"));
    }

    private static RequestTimes? Read(string figures) => RequestTimes.Of(Report(figures).Figures);

    private static DaemonReport Report(string figures) =>
        SampleReport.Of($"status|0|{figures}|", "status|4294967294||");
}
