using System;
using System.Collections.Generic;
using System.IO;
using Shouldly;
using TlsMgr.Control.Output;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

/// <summary>The three forms of statistics.</summary>
public sealed class StatsOutputTests
{
    private static readonly KeyValuePair<string, long>[] Figures =
    [
        new("uptime.seconds", 7), new("requests.seed", 1), new("requests.lookup", 14), new("seeds", 2),
        new("slowest.microseconds", 1500), new("cache.smtpd.lookups", 4), new("cache.smtpd.hits", 1),
        new("cache.smtp.lookups", 0), new("cache.smtp.size", 32768), new("novel.thing", 9),
    ];

    [Fact]
    public void Text_is_a_table_of_caches_and_a_line_for_each_group() => Write(StatsText.Write, Figures).ShouldBe(
        """
        cache  hit ratio  lookups  hits   size
        smtpd      25.0%        4     1      -
        smtp           -        0     -  32768

        uptime       seconds 7
        requests     seed 1  lookup 14
        seeds        2
        slowest      microseconds 1500
        novel        thing 9

        """);

    [Fact]
    public void Text_without_caches_has_no_table() =>
        Write(StatsText.Write, new KeyValuePair<string, long>("seeds", 2)).ShouldBe("seeds        2\n");

    [Fact]
    public void Json_has_an_object_for_each_group_and_cache() => Write(StatsJson.Write, Figures).ShouldBe(
        """
        {
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
        # HELP tlsmgr_cache_size_bytes Bytes of the cache's file in use.
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

    private static void WriteMetrics(FigureTree figures, TextWriter output) =>
        StatsPrometheus.Write(figures, new MetricLabels(), output);

    private static string Write(Action<FigureTree, TextWriter> write, params KeyValuePair<string, long>[] figures)
    {
        using StringWriter output = new() { NewLine = "\n" };
        write(new FigureTree(figures), output);
        return output.ToString();
    }
}
