using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Control.Output;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

/// <summary>Statistics for people.</summary>
public sealed class StatsTextTests
{
    private const int Screen = 80;
    private const int ScreenLines = 24;

    public static TheoryData<int> Widths => [.. Enumerable.Range(40, 161)];

    [Fact]
    public void A_screen_shows_what_runs_each_cache_and_each_group()
    {
        string text = Write(SampleReport.Create(), Screen);

        Lines(text)[1].ShouldStartWith("pid 1234, started 2026-1");
        text.Replace(Lines(text)[1], "pid 1234, started TIME, up 2h 13m", StringComparison.Ordinal).ShouldBe(
            """
            TlsMgr 0.1.0, LMDB 0.9.24, for Postfix 3.7.11
            pid 1234, started TIME, up 2h 13m
            sandbox on, memory lock off (Cannot allocate memory), kept ticket keys off
            (tlsmgr_ticket_keys_persist is no)

            cache     state  hit ratio  lookups  hits  stores  deletes  expired  evicted
            smtpd        on       5.0%      101     5     170        3       17        0
            smtp   degraded          -        0     0       0        0        0        0
            lmtp        off          -        -     -       -        -        -        -

            cache  entries  used  free  limit  size  timeout
            smtpd      150  1.1M  120K   256M  1.3M    3600s
            smtp         0   32K     0   none   32K      60s
            lmtp         -     -     -      -     -    3600s
            smtp is degraded: write /var/lib/postfix/smtp_scache.lmdb: No space left on
              device
            lmtp is off: open database /d/lmtp.lmdb: Permission denied
            smtpd: a hit ratio near 0 is normal with session tickets: clients that hold one
              resume without a lookup

            requests     seed 88  policy 91  lookup 101  update 170  delete 3  tktkey 190
                         unknown 0
            faults       missing 0  unexpected 0  malformed 0  incomplete 0  bogus 0
                         timeout 1  oversized 0  unforeseen 0
            connections  now 4  most 9  total 88
            seeds        88
            keys         issued 176  refused 14  rotated 2
            request_time count 643  p50 <= 0.25 ms  p99 <= 1 ms  slowest 0.874 ms

            """);
    }

    [Fact]
    public void A_healthy_daemon_fits_a_screen()
    {
        string info = SampleReport.Info.Replace(
            "degraded|cache.smtp.reason|write /var/lib/postfix/smtp_scache.lmdb: No space left on device",
            "on|cache.smtp.reason|", StringComparison.Ordinal).Replace(
            "off|cache.lmtp.reason|open database /d/lmtp.lmdb: Permission denied", "on|cache.lmtp.reason|",
            StringComparison.Ordinal);
        string figures = SampleReport.Figures.Replace("smtpd.hits|5|", "smtpd.hits|50|", StringComparison.Ordinal);

        string[] lines = Lines(Write(SampleReport.Of(figures, info), Screen));

        lines.Length.ShouldBeLessThanOrEqualTo(ScreenLines);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_width_is_kept_and_nothing_is_cut(int width)
    {
        string text = Write(SampleReport.Create(), width);

        Lines(text).ShouldAllBe(line => line.Length <= width);
        string.Concat(text.Where(character => !char.IsWhiteSpace(character)))
            .ShouldContain("/var/lib/postfix/smtp_scache.lmdb:Nospaceleftondevice");
        Words(text).Order().Distinct().ShouldBe(
            Words(Write(SampleReport.Create(), 200)).Order().Distinct());
    }

    [Fact]
    public void An_older_daemon_is_named_and_has_the_table_it_had() => Write(
        SampleReport.OfOlder(
            new("uptime.seconds", 7), new("requests.seed", 1), new("seeds", 2), new("slowest.microseconds", 1500),
            new("cache.smtpd.lookups", 4), new("cache.smtpd.hits", 1), new("cache.smtpd.examining", 1),
            new("cache.smtp.lookups", 0), new("cache.smtp.size", 32768), new("novel.thing", 9)),
        Screen).ShouldBe(
        """
        an older daemon is running (no info): postfix reload

        cache  hit ratio  lookups  hits  size  examining
        smtpd      25.0%        4     1     -          1
        smtp           -        0     -   32K          -

        uptime       seconds 7
        requests     seed 1
        seeds        2
        slowest      microseconds 1500
        novel        thing 9

        """);

    [Fact]
    public void Without_caches_there_is_no_table() =>
        Write(SampleReport.OfOlder(new KeyValuePair<string, long>("seeds", 2)), Screen)
            .ShouldBe("an older daemon is running (no info): postfix reload\n\nseeds        2\n");

    [Theory]
    [InlineData("keys.issued|176|", "keys.issued|0|")]
    [InlineData("smtpd.hits|5|", "smtpd.hits|11|")]
    public void A_low_hit_ratio_is_explained_only_when_tickets_explain_it(string before, string after)
    {
        string figures = SampleReport.Figures.Replace(before, after, StringComparison.Ordinal);

        Write(SampleReport.Of(figures, SampleReport.Info), Screen).ShouldNotContain("tickets");
    }

    [Fact]
    public void Rates_stand_beside_the_counters_that_grew()
    {
        DaemonReport earlier = SampleReport.Create();
        string figures = SampleReport.Figures
            .Replace("requests.seed|88|", "requests.seed|98|", StringComparison.Ordinal)
            .Replace("smtpd.lookups|101|", "smtpd.lookups|103|", StringComparison.Ordinal)
            .Replace("smtpd.entries|150|", "smtpd.entries|151|", StringComparison.Ordinal)
            .Replace("le_1000|640|", "le_1000|642|", StringComparison.Ordinal)
            .Replace("time.count|643|", "time.count|645|", StringComparison.Ordinal);
        DaemonReport later = SampleReport.Of(figures, SampleReport.Info);

        string text = Write(later, Screen, FigureRates.Between(earlier, later, TimeSpan.FromSeconds(4)));

        text.ShouldContain("requests     seed 98 (2.5/s)  policy 91  ");
        text.ShouldContain(" 103 (0.5/s) ");
        text.ShouldContain(" 151 ");
        text.ShouldContain("request_time count 645 (0.5/s)  p50 <= 1 ms  p99 <= 1 ms  slowest 0.874 ms\n");
    }

    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');

    /// <summary>The words that are never broken.</summary>
    private static IEnumerable<string> Words(string text) =>
        text.Split((char[])[' ', '\n', ','], StringSplitOptions.RemoveEmptyEntries).Where(static word => word.Length < 30);

    private static string Write(DaemonReport report, int width, FigureRates? rates = null)
    {
        using StringWriter output = new() { NewLine = "\n" };
        new StatsText(report, rates, width).Write(output);
        return output.ToString();
    }
}
