using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Control.Output;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

/// <summary>Statistics for programs: JSON and Prometheus.</summary>
public sealed class StatsOutputTests
{
    private static readonly KeyValuePair<string, long>[] Figures =
    [
        new("uptime.seconds", 7), new("requests.seed", 1), new("requests.lookup", 14), new("seeds", 2),
        new("slowest.microseconds", 1500), new("cache.smtpd.lookups", 4), new("cache.smtpd.hits", 1),
        new("cache.smtp.lookups", 0), new("cache.smtp.size", 32768), new("novel.thing", 9),
    ];

    [Fact]
    public void Json_has_an_object_for_each_group_and_cache() => Write(StatsJson.Write, Figures).ShouldBe(
        """
        {
          "info": null,
          "uptime": {
            "seconds": 7
          },
          "requests": {
            "seed": 1,
            "lookup": 14
          },
          "seeds": 2,
          "slowest": {
            "microseconds": 1500
          },
          "novel": {
            "thing": 9
          },
          "caches": {
            "smtpd": {
              "lookups": 4,
              "hits": 1,
              "hit_ratio": 0.25
            },
            "smtp": {
              "lookups": 0,
              "size": 32768,
              "hit_ratio": null
            }
          }
        }

        """);

    [Fact]
    public void Prometheus_has_the_metrics_that_are_known() => Write(WriteMetrics, Figures).ShouldBe(
        """
        # HELP tlsmgr_up Whether the daemon replied.
        # TYPE tlsmgr_up gauge
        tlsmgr_up 1
        # HELP tlsmgr_uptime_seconds Seconds since the daemon started.
        # TYPE tlsmgr_uptime_seconds gauge
        tlsmgr_uptime_seconds 7
        # HELP tlsmgr_requests_total Requests.
        # TYPE tlsmgr_requests_total counter
        tlsmgr_requests_total{verb="seed"} 1
        tlsmgr_requests_total{verb="lookup"} 14
        # HELP tlsmgr_seeds_total Seeds that were issued.
        # TYPE tlsmgr_seeds_total counter
        tlsmgr_seeds_total 2
        # HELP tlsmgr_slowest_request_seconds Time of the slowest request.
        # TYPE tlsmgr_slowest_request_seconds gauge
        tlsmgr_slowest_request_seconds 0.0015
        # HELP tlsmgr_cache_lookups_total Sessions that were looked up.
        # TYPE tlsmgr_cache_lookups_total counter
        tlsmgr_cache_lookups_total{cache="smtpd"} 4
        tlsmgr_cache_lookups_total{cache="smtp"} 0
        # HELP tlsmgr_cache_hits_total Lookups that found a session.
        # TYPE tlsmgr_cache_hits_total counter
        tlsmgr_cache_hits_total{cache="smtpd"} 1
        # HELP tlsmgr_cache_size_bytes Length of the file of the cache.
        # TYPE tlsmgr_cache_size_bytes gauge
        tlsmgr_cache_size_bytes{cache="smtp"} 32768

        """);

    [Fact]
    public void A_metric_of_Prometheus_has_one_sample_for_each_label()
    {
        string text = Write(
            WriteMetrics, new("seeds", 2), new("seeds.more", 3), new("requests", 4), new("requests.seed", 1));

        text.ShouldContain("\ntlsmgr_seeds_total 2\n");
        text.ShouldContain("\ntlsmgr_requests_total{verb=\"seed\"} 1\n");
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(9);
    }

    [Fact]
    public void Json_has_what_the_daemon_reports_of_itself_and_of_each_cache()
    {
        string text = Write(StatsJson.Write, SampleReport.Create());

        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement info = document.RootElement.GetProperty("info");
        info.EnumerateObject().Select(static member => member.Name).ShouldBe(
        [
            "version", "lmdb", "mail_version", "pid", "started", "config_directory", "program", "root", "user", "sandbox",
            "memory_lock", "ticket_keys_kept",
        ]);
        info.GetProperty("pid").GetInt32().ShouldBe(1234);
        info.GetProperty("memory_lock").GetString().ShouldBe("off: Cannot allocate memory");
        JsonElement lmtp = document.RootElement.GetProperty("caches").GetProperty("lmtp");
        lmtp.GetRawText().ShouldBe(
            """
            {
                  "state": "off",
                  "reason": "open database /d/lmtp.lmdb: Permission denied",
                  "database": "/d/lmtp.lmdb",
                  "timeout": 3600,
                  "hit_ratio": null
                }
            """);
        JsonElement smtpd = document.RootElement.GetProperty("caches").GetProperty("smtpd");
        (smtpd.GetProperty("state").GetString(), smtpd.GetProperty("used").GetInt64()).ShouldBe(("on", 1200128));
        document.RootElement.GetProperty("request_time").GetProperty("le_50").GetInt64().ShouldBe(300);
    }

    [Fact]
    public void Json_has_a_name_once_when_a_newer_daemon_sends_it_twice()
    {
        DaemonReport report = SampleReport.Of(
            "status|0|cache.smtp.timeout|7||", "status|0|cache.smtp.state|on|cache.smtp.timeout|60|cache.smtp.x.y|z||");

        using JsonDocument document = JsonDocument.Parse(Write(StatsJson.Write, report));

        JsonElement smtp = document.RootElement.GetProperty("caches").GetProperty("smtp");
        smtp.EnumerateObject().Select(static member => $"{member.Name}={member.Value}")
            .ShouldBe(["state=on", "x.y=z", "timeout=7", "hit_ratio="]);
    }

    [Fact]
    public void Prometheus_has_what_the_daemon_reports_of_itself() =>
        Write(WriteMetrics, SampleReport.Of("status|0|seeds|1||", SampleReport.Info)).ShouldBe(
        """
        # HELP tlsmgr_up Whether the daemon replied.
        # TYPE tlsmgr_up gauge
        tlsmgr_up 1
        # HELP tlsmgr_build_info Versions of the daemon, of LMDB and of Postfix's protocol.
        # TYPE tlsmgr_build_info gauge
        tlsmgr_build_info{version="0.1.0",lmdb="0.9.24",mail_version="3.7.11"} 1
        # HELP tlsmgr_start_time_seconds When the daemon started, in seconds since 1970.
        # TYPE tlsmgr_start_time_seconds gauge
        tlsmgr_start_time_seconds 1796000000
        # HELP tlsmgr_process_id The process id of the daemon.
        # TYPE tlsmgr_process_id gauge
        tlsmgr_process_id 1234
        # HELP tlsmgr_sandbox Whether the filter of system calls is in force.
        # TYPE tlsmgr_sandbox gauge
        tlsmgr_sandbox 1
        # HELP tlsmgr_memory_locked Whether the memory of the daemon is never swapped out.
        # TYPE tlsmgr_memory_locked gauge
        tlsmgr_memory_locked 0
        # HELP tlsmgr_ticket_keys_kept Whether the ticket keys outlive the process.
        # TYPE tlsmgr_ticket_keys_kept gauge
        tlsmgr_ticket_keys_kept 0
        # HELP tlsmgr_cache_up Whether the cache finds and keeps sessions.
        # TYPE tlsmgr_cache_up gauge
        tlsmgr_cache_up{cache="smtpd"} 1
        tlsmgr_cache_up{cache="smtp"} 0
        tlsmgr_cache_up{cache="lmtp"} 0
        # HELP tlsmgr_cache_state 1 for the state in which the cache is, and 0 for the others.
        # TYPE tlsmgr_cache_state gauge
        tlsmgr_cache_state{cache="smtpd",state="on"} 1
        tlsmgr_cache_state{cache="smtpd",state="examining"} 0
        tlsmgr_cache_state{cache="smtpd",state="memory"} 0
        tlsmgr_cache_state{cache="smtpd",state="degraded"} 0
        tlsmgr_cache_state{cache="smtpd",state="off"} 0
        tlsmgr_cache_state{cache="smtp",state="on"} 0
        tlsmgr_cache_state{cache="smtp",state="examining"} 0
        tlsmgr_cache_state{cache="smtp",state="memory"} 0
        tlsmgr_cache_state{cache="smtp",state="degraded"} 1
        tlsmgr_cache_state{cache="smtp",state="off"} 0
        tlsmgr_cache_state{cache="lmtp",state="on"} 0
        tlsmgr_cache_state{cache="lmtp",state="examining"} 0
        tlsmgr_cache_state{cache="lmtp",state="memory"} 0
        tlsmgr_cache_state{cache="lmtp",state="degraded"} 0
        tlsmgr_cache_state{cache="lmtp",state="off"} 1
        # HELP tlsmgr_reason_info Why a cache or a measure is not on.
        # TYPE tlsmgr_reason_info gauge
        tlsmgr_reason_info{subject="smtp",reason="write /var/lib/postfix/smtp_scache.lmdb: No space left on device"} 1
        tlsmgr_reason_info{subject="lmtp",reason="open database /d/lmtp.lmdb: Permission denied"} 1
        tlsmgr_reason_info{subject="memory_lock",reason="Cannot allocate memory"} 1
        tlsmgr_reason_info{subject="ticket_keys_kept",reason="tlsmgr_ticket_keys_persist is no"} 1
        # HELP tlsmgr_cache_examining Whether the file of the cache is being examined.
        # TYPE tlsmgr_cache_examining gauge
        tlsmgr_cache_examining{cache="smtpd"} 0
        tlsmgr_cache_examining{cache="smtp"} 0
        tlsmgr_cache_examining{cache="lmtp"} 0
        # HELP tlsmgr_cache_timeout_seconds How long a session is kept.
        # TYPE tlsmgr_cache_timeout_seconds gauge
        tlsmgr_cache_timeout_seconds{cache="smtpd"} 3600
        tlsmgr_cache_timeout_seconds{cache="smtp"} 60
        tlsmgr_cache_timeout_seconds{cache="lmtp"} 3600
        # HELP tlsmgr_seeds_total Seeds that were issued.
        # TYPE tlsmgr_seeds_total counter
        tlsmgr_seeds_total 1

        """);

    [Fact]
    public void Prometheus_has_a_histogram_with_its_sum_and_count()
    {
        string text = Write(WriteMetrics, SampleReport.Create());

        text.ShouldContain(
            """

            # TYPE tlsmgr_request_duration_seconds histogram
            tlsmgr_request_duration_seconds_bucket{le="0.00005"} 300
            tlsmgr_request_duration_seconds_bucket{le="0.0001"} 320
            tlsmgr_request_duration_seconds_bucket{le="0.00025"} 630
            tlsmgr_request_duration_seconds_bucket{le="0.001"} 640
            tlsmgr_request_duration_seconds_bucket{le="+Inf"} 643
            tlsmgr_request_duration_seconds_sum 0.0512
            tlsmgr_request_duration_seconds_count 643

            """);
        text.ShouldContain("\ntlsmgr_ticket_keys_refused_total 14\n");
        text.ShouldContain("\ntlsmgr_cache_used_bytes{cache=\"smtpd\"} 1200128\n");
        text.ShouldContain("\ntlsmgr_cache_free_bytes{cache=\"smtpd\"} 122880\n");
        text.ShouldContain("\ntlsmgr_cache_limit_bytes{cache=\"smtpd\"} 268435456\n");
    }

    [Fact]
    public void A_state_of_a_newer_daemon_is_one_more_state()
    {
        string text = Write(WriteMetrics, SampleReport.Of("status|0||", "status|0|cache.smtp.state|asleep||"));

        text.ShouldContain("\ntlsmgr_cache_state{cache=\"smtp\",state=\"asleep\"} 1\n");
        text.ShouldContain("\ntlsmgr_cache_up{cache=\"smtp\"} 0\n");
    }

    private static void WriteMetrics(DaemonReport report, TextWriter output) =>
        StatsPrometheus.Write(report, new MetricLabels(), output);

    private static string Write(
        Action<DaemonReport, TextWriter> write, params KeyValuePair<string, long>[] figures) =>
        Write(write, SampleReport.OfOlder(figures));

    private static string Write(Action<DaemonReport, TextWriter> write, DaemonReport report)
    {
        using StringWriter output = new() { NewLine = "\n" };
        write(report, output);
        return output.ToString();
    }

    [Fact]
    public void Every_label_of_a_metric_is_one_that_no_option_may_set()
    {
        using StringWriter output = new() { NewLine = "\n" };
        StatsPrometheus.Write(SampleReport.Create(), new MetricLabels(), output);

        string[] names = [.. Regex.Matches(output.ToString(), "[{,]([a-z_]+)=\"").Select(static match => match.Groups[1].Value)
            .Distinct()];

        names.ShouldContain("reason");
        names.Where(static name => !MetricLabels.IsReserved(name)).ShouldBeEmpty();
    }
}
