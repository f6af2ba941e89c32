using System;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>The statistics lines of the published binary.</summary>
public sealed partial class StatisticsTests
{
    private static readonly string[] MainCf = ["smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache"];

    [Fact]
    public void They_are_logged_at_the_end()
    {
        using RunningDaemon daemon = new([.. MainCf, "tlsmgr_status_update_time = 600s"]);
        using (AttributeClient idle = daemon.Connect())
        {
            idle.ReadList();
            daemon.Ask("request|update|cache_type|smtpd|cache_id|x|session|QUJD||").ShouldBe("status|0||");
            daemon.Ask("request|lookup|cache_type|smtpd|cache_id|x||").ShouldBe("status|0|session|QUJD||");
            daemon.Ask("request|seed|size|0||").ShouldStartWith("status|4294967294|");
        }

        daemon.HangUp().ShouldBe(0);

        string[] lines = [.. daemon.Log.TakeTexts().Where(line => line.StartsWith("statistics: ", StringComparison.Ordinal))];
        lines.Length.ShouldBe(2);
        lines[0].ShouldMatch(
            "^statistics: smtpd session cache: lookups 1 hits 1 stores 1 deletes 0 expired 0 evicted 0 unneeded 0 entries 1 size [0-9]+ "
            + "used [0-9]+ free [0-9]+ limit [0-9]+$");
        lines[1].ShouldStartWith("statistics: service: requests seed 1 policy 0 lookup 1 update 1 delete 0 tktkey 0 unknown 0; "
            + "faults missing 0 unexpected 0 malformed 0 incomplete 0 bogus 1 timeout 0 oversized 0 unforeseen 0; "
            + "connections now ");
        double slowest = double.Parse(Slowest().Match(lines[1]).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        slowest.ShouldBeInRange(0.001, PublishedBinary.Timeout.TotalMilliseconds);
    }

    [Fact]
    public void They_are_logged_every_tlsmgr_status_update_time()
    {
        using RunningDaemon daemon = new([.. MainCf, "tlsmgr_status_update_time = 1s"]);
        daemon.Ask("request|seed|size|1||");

        daemon.Log.WaitFor("statistics: service: requests seed 1 ", PublishedBinary.Timeout).Count.ShouldBe(1);

        daemon.Ask("request|seed|size|1||");
        daemon.Log.WaitFor("statistics: service: requests seed 2 ", PublishedBinary.Timeout).Count.ShouldBe(1);
    }

    [Fact]
    public void Every_request_that_was_answered_has_a_time()
    {
        const string Seed = "request|seed|size|32||";
        const string Update = "request|update|cache_type|smtpd|cache_id|x|session|QUJD||";
        using RunningDaemon daemon = new(MainCf);
        using AttributeClient pipelining = daemon.Connect();
        pipelining.ReadList();
        for (int round = 0; round < 20; round++)
        {
            pipelining.SendBytes(RunningDaemon.Bytes(string.Concat(Enumerable.Repeat(Seed + Update, 40))));
            using (AttributeClient leaving = daemon.Connect())
            {
                leaving.SendBytes(RunningDaemon.Bytes(Update + Seed + "request|tktkey|keyname|||"));
                leaving.CloseSending();
                Enumerable.Range(0, 4).Select(_ => leaving.ReadList()[0].Name).ShouldBe(
                    ["protocol", "status", "status", "status"]);
            }

            for (int reply = 0; reply < 80; reply++)
            {
                pipelining.ReadList();
            }
        }

        string[] stats = CommandOutput.Of(
            PublishedBinary.Control, "stats", "--prometheus", "-c", daemon.Directories.Config).Output.Split('\n');
        stats.Single(static line => line.StartsWith("tlsmgr_request_duration_seconds_count ", StringComparison.Ordinal))
            .ShouldEndWith($" {20 * (80 + 3)}");
    }

    [Fact]
    public void A_value_that_is_not_a_time_is_fatal()
    {
        using RunningDaemon daemon = new([.. MainCf, "tlsmgr_status_update_time = 10x"]);

        daemon.Log.WaitFor(
            "fatal: parameter tlsmgr_status_update_time: bad time value or unit: 10x", PublishedBinary.Timeout);
        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(1);
    }

    [GeneratedRegex("; slowest request ([0-9]+\\.[0-9]{3})ms$")]
    private static partial Regex Slowest();
}
