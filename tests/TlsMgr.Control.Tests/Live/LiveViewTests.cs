using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Control.Client;
using TlsMgr.Control.Live;
using TlsMgr.Control.Tests.Client;
using TlsMgr.Control.Tests.Output;
using TlsMgr.Control.Verbs;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Control.Tests.Live;

/// <summary>What top shows.</summary>
public sealed class LiveViewTests
{
    private const int Screen = 80;
    private const string Key = "00112233445566778899aabbccddeeff";
    private const string Keys = $"status|0|name|{Key}|state|current|encrypts|1800|decrypts|3600||";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private static readonly string Later = SampleReport.Figures
        .Replace("requests.seed|88|", "requests.seed|98|", StringComparison.Ordinal)
        .Replace("requests.lookup|101|", "requests.lookup|111|", StringComparison.Ordinal)
        .Replace("smtpd.lookups|101|", "smtpd.lookups|111|", StringComparison.Ordinal)
        .Replace("smtpd.hits|5|", "smtpd.hits|14|", StringComparison.Ordinal)
        .Replace("keys.issued|176|", "keys.issued|177|", StringComparison.Ordinal)
        .Replace("time.le_250|630|", "time.le_250|633|", StringComparison.Ordinal)
        .Replace("time.le_1000|640|", "time.le_1000|660|", StringComparison.Ordinal)
        .Replace("time.count|643|", "time.count|663|", StringComparison.Ordinal);

    public static TheoryData<int> Widths => [.. Enumerable.Range(40, 161)];

    [Fact]
    public void A_second_sample_has_rates() => Render(Screen, hasColor: false, SampleReport.Figures, Later).ShouldBe(
        """
        TlsMgr 0.1.0 for Postfix 3.7.11, pid 1234, up 2h 13m

        requests    10.0/s in all, seed 5.0/s, lookup 5.0/s
        time        p50 <= 1 ms, p99 <= 1 ms, slowest 0.874 ms
        connections 4 open, 9 most, 0.0/s new
        faults      0.0/s, 1 in all
        keys        0.5/s issued, 0.0/s refused, 2 rotated
                    current 00112233445566778899aabbccddeeff encrypts 1800 s, decrypts
                    3600 s

                  smtpd     smtp lmtp
        state        on degraded  off
        sessions    150        0    -
        hit ratio 90.0%        -    -
        lookups   5.0/s    0.0/s    -
        stores    0.0/s    0.0/s    -
        expired   0.0/s    0.0/s    -
        evicted   0.0/s    0.0/s    -
        used       1.1M      32K    -
        limit      256M     none    -
        smtp is degraded: write /var/lib/postfix/smtp_scache.lmdb: No space left on
          device
        lmtp is off: open database /d/lmtp.lmdb: Permission denied

        """);

    [Fact]
    public void A_first_sample_has_no_rates_and_the_hit_ratio_since_the_start()
    {
        string text = Render(Screen, hasColor: false, SampleReport.Figures);

        text.ShouldContain("\nrequests    - in all\n");
        text.ShouldContain("\nhit ratio  5.0%        -    -\n");
        text.ShouldContain("normal with session tickets");
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_width_is_kept_and_no_figure_is_cut(int width)
    {
        string text = Render(width, hasColor: false, SampleReport.Figures, Later);

        text.Split('\n').ShouldAllBe(line => line.Length <= width);
        Plain(Render(width, hasColor: true, SampleReport.Figures, Later)).ShouldBe(text);
        text.ShouldNotContain("\u2026");
        foreach (string word in new[] { "degraded", "90.0%", "smtpd", "lmtp", "256M", "10.0/s", "Permission", "0.874" })
        {
            text.ShouldContain(word);
        }
    }

    [Fact]
    public void Colors_are_escape_sequences_and_change_no_text()
    {
        string colored = Render(Screen, hasColor: true, SampleReport.Figures, Later);

        colored.ShouldContain("\e[32m");
        Plain(colored).ShouldBe(Render(Screen, hasColor: false, SampleReport.Figures, Later));
    }

    [Fact]
    public void An_older_daemon_is_named()
    {
        using ServiceConnection connection = ScriptedTransport.Connect(
            "status|0|uptime.seconds|61|seeds|1||", "status|4294967294||", "status|4294967294||");

        new LiveView(Screen, hasColor: false).Render(LiveSample.Take(connection, null, TimeSpan.Zero)).ShouldBe(
            """
            an older daemon is running (no info): postfix reload, up 1m 1s

            requests    - in all
            time        slowest -
            connections - open, - most, - new
            faults      -, 0 in all
            keys        - issued, - refused, - rotated


            """);
    }

    [Fact]
    public void Json_has_the_rate_of_each_counter()
    {
        ManualClock clock = new();
        TopVerb verb = new() { Json = true, Clock = clock };
        const string Older = "status|4294967294||";
        using ServiceConnection connection = ScriptedTransport.Connect(
            "status|0|seeds|1|connections.now|1||", Older, Keys, "status|0|seeds|4|connections.now|2||", Older, Keys);
        using StringWriter output = new() { NewLine = "\n" };
        verb.Execute(connection, TextWriter.Null);
        clock.Advance(Interval);

        verb.Execute(connection, output);

        output.ToString().ShouldBe(
            """
            {
              "interval_seconds": 2,
              "per_second": {
                "seeds": 1.5
              }
            }

            """);
        JsonDocument.Parse(output.ToString()).Dispose();
    }

    private static string Plain(string colored) => Regex.Replace(colored, "\e\\[[0-9;]*m", "");

    private static string Render(int width, bool hasColor, params string[] figures)
    {
        LiveSample? sample = null;
        foreach (string reply in figures)
        {
            using ServiceConnection connection = ScriptedTransport.Connect(reply, SampleReport.Info, Keys);
            sample = LiveSample.Take(connection, sample, Interval);
        }

        return new LiveView(width, hasColor).Render(sample!);
    }
}
