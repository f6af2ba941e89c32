using System;
using Shouldly;
using TlsMgr.Control.Output;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

/// <summary>How fast counters grow.</summary>
public sealed class FigureRatesTests
{
    private const string Info = "status|0|version|1|pid|7|started|1000||";

    [Theory]
    [InlineData("requests.seed", 2.5)]
    [InlineData("seeds", 0.0)]
    [InlineData("cache.smtp.hits", 0.5)]
    [InlineData("connections.now", null)]
    [InlineData("cache.smtp.entries", null)]
    [InlineData("novel.thing", null)]
    [InlineData("keys.issued", null)]
    [InlineData("keys.rotated", null)]
    [InlineData("absent", null)]
    public void Counters_that_both_reports_have_grow_per_second(string figure, double? perSecond)
    {
        DaemonReport earlier = Report(
            "uptime.seconds|10|requests.seed|5|seeds|3|cache.smtp.hits|1|connections.now|1|cache.smtp.entries|1|"
            + "novel.thing|1|keys.issued|9|");
        DaemonReport later = Report(
            "uptime.seconds|14|requests.seed|15|seeds|3|cache.smtp.hits|3|connections.now|5|cache.smtp.entries|5|"
            + "novel.thing|5|keys.issued|8|keys.rotated|1|");

        FigureRates.Between(earlier, later, TimeSpan.FromSeconds(4)).ShouldNotBeNull()
            .PerSecond(figure).ShouldBe(perSecond);
    }

    [Theory]
    [InlineData("status|0|version|1|pid|8|started|1000||", 20)]
    [InlineData("status|0|version|1|pid|7|started|1001||", 20)]
    [InlineData("status|0|version|1|pid|7|started|1000||", 9)]
    [InlineData("status|4294967294||", 20)]
    public void Reports_of_two_daemons_have_no_rates(string info, int uptime) => FigureRates.Between(
        Report("uptime.seconds|10|"), SampleReport.Of($"status|0|uptime.seconds|{uptime}||", info),
        TimeSpan.FromSeconds(4)).ShouldBeNull();

    [Fact]
    public void A_first_report_has_no_rates() =>
        FigureRates.Between(null, Report("uptime.seconds|10|"), TimeSpan.FromSeconds(4)).ShouldBeNull();

    [Fact]
    public void Without_time_between_there_are_no_rates() => FigureRates.Between(
        Report("uptime.seconds|10|"), Report("uptime.seconds|10|"), TimeSpan.Zero).ShouldBeNull();

    private static DaemonReport Report(string figures) => SampleReport.Of($"status|0|{figures}|", Info);
}
