using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Shouldly;
using TlsMgr.Daemon.Tests.Faults;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>The records that reach the log of the published binary: their time, and that none is lost.</summary>
[Trait("Needs", "root")]
public sealed class LogContractTests
{
    private static readonly string[] MainCf =
    [
        "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache", "smtpd_tls_loglevel = 2",
    ];

    [Theory]
    [InlineData("CET-1CEST,M3.5.0,M10.5.0/3", "Europe/Berlin")]
    [InlineData("IST-5:30", "Asia/Kolkata")]
    [InlineData("NST3:30", "Etc/GMT+3.5")]
    public void Records_have_the_local_time_of_a_rule_in_TZ(string zone, string name)
    {
        using PreparedBinary binary = PreparedBinary.After($"export TZ='{zone}'");
        using RunningDaemon daemon = new(MainCf, ["-u", "-c"], binary: binary.Path);
        daemon.Ask("request|update|cache_type|smtpd|cache_id|x|session|QUJD||").ShouldBe("status|0||");

        string record = daemon.Log.TakeRecords()[^1];
        DateTime utc = DateTime.UtcNow;
        DateTime local = name == "Etc/GMT+3.5"
            ? utc.AddMinutes(-210)
            : TimeZoneInfo.ConvertTimeFromUtc(utc, TimeZoneInfo.FindSystemTimeZoneById(name));
        DateTime logged = DateTime.ParseExact(
            $"{local.Year} {record[..15].Replace("  ", " ", StringComparison.Ordinal)}", "yyyy MMM d HH:mm:ss",
            CultureInfo.InvariantCulture);
        (local - logged).ShouldBeInRange(TimeSpan.FromSeconds(-1), PublishedBinary.Timeout);
    }

    [Fact]
    public void A_log_daemon_that_is_not_scheduled_loses_no_record_and_holds_nobody_up()
    {
        const int Updates = 1_000;
        using RunningDaemon daemon = new(MainCf, ["-u", "-c"]);
        using AttributeClient client = daemon.Connect();
        client.ReadList();
        for (int i = 0; i < Updates; i++)
        {
            RunningDaemon.Ask(client, $"request|update|cache_type|smtpd|cache_id|{i}|session|QUJD||").ShouldBe("status|0||");
        }

        List<string> texts = [];
        string last = $"put smtpd session id={Updates - 1} [data 3 bytes]";
        texts.AddRange(daemon.Log.WaitFor(last, PublishedBinary.Timeout));

        texts.Where(text => text.StartsWith("put ", StringComparison.Ordinal))
            .ShouldBe(Enumerable.Range(0, Updates).Select(i => $"put smtpd session id={i} [data 3 bytes]"));
        texts.ShouldNotContain(text => text.Contains("lost", StringComparison.Ordinal));
    }

    [Fact]
    public void Records_that_wait_when_the_daemon_exits_are_written_first()
    {
        const int Updates = 100;
        using RunningDaemon daemon = new([.. MainCf, "tlsmgr_status_update_time = 600s"], ["-u", "-c"]);
        using (AttributeClient client = daemon.Connect())
        {
            client.ReadList();
            for (int i = 0; i < Updates; i++)
            {
                RunningDaemon.Ask(client, $"request|update|cache_type|smtpd|cache_id|{i}|session|QUJD||")
                    .ShouldBe("status|0||");
            }
        }

        daemon.Master.HangUp();
        IReadOnlyList<string> texts = daemon.Log.WaitFor("statistics: service: ", PublishedBinary.Timeout);

        texts.Count(text => text.StartsWith("put ", StringComparison.Ordinal)).ShouldBe(Updates);
        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(0);
    }
}
