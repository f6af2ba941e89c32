using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Monitoring;

/// <summary>
/// Every expression of the alert rules and of the dashboard, put to a real Prometheus that holds two hours of metrics:
/// of a real daemon without fault, of one with every fault, and of one that is gone.
/// </summary>
[Trait("Needs", "monitoring")]
public sealed class ExpressionTests : IDisposable
{
    private const string HealthyHost = "mx1:9100";
    private const string Healthy = $",instance=\"{HealthyHost}\"";

    /// <summary>The variables of the dashboard get their values by these.</summary>
    private static readonly string[] Variables = ["tlsmgr_up{instance!=\"\"}", "tlsmgr_up{exported_instance!=\"\"}"];

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-prometheus-").FullName;
    private readonly ServerProcess _prometheus;

    public ExpressionTests()
    {
        string history = Path.Combine(_directory, "history.txt");
        WriteHistory(history);
        string data = Path.Combine(_directory, "data");
        CommandOutput blocks = CommandOutput.Of(
            "promtool", "tsdb", "create-blocks-from", "openmetrics", history, data);
        blocks.Status.ShouldBe(0, blocks.Errors);
        string config = Path.Combine(_directory, "prometheus.yml");
        File.WriteAllText(config, "scrape_configs: []\n");
        _prometheus = new ServerProcess(
            "prometheus", "/-/ready", $"--config.file={config}", $"--storage.tsdb.path={data}",
            "--storage.tsdb.retention.time=100y");
    }

    [Fact]
    public void Each_expression_returns_a_series()
    {
        string[] expressions =
        [
            .. MonitoringFiles.AlertExpressions.Concat(MonitoringFiles.DashboardExpressions)
                .Select(static pair => pair.Value), .. Variables,
        ];

        expressions.Length.ShouldBeGreaterThan(40);
        expressions.Where(expression => Query(expression).Length == 0).ShouldBeEmpty();
    }

    /// <summary>The same data would otherwise hide an expression that is true of everything.</summary>
    [Fact]
    public void No_alert_fires_for_the_daemon_without_fault()
    {
        foreach ((string name, string expression) in MonitoringFiles.AlertExpressions)
        {
            Query(expression).Where(static labels => labels.Contains(Healthy, StringComparison.Ordinal))
                .ShouldBeEmpty(name);
        }
    }

    [Fact]
    public void The_percentiles_lie_between_the_bounds_of_the_histogram()
    {
        Values("histogram_quantile(0.99, rate(tlsmgr_request_duration_seconds_bucket[5m]))").ShouldContain(static value => value > 0.05 && value <= 0.25);
    }

    [Fact]
    public void An_expression_of_a_metric_that_does_not_exist_returns_none() =>
        Query("tlsmgr_bogus_total").ShouldBeEmpty();

    public void Dispose()
    {
        _prometheus.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static void WriteHistory(string path)
    {
        MetricHistory history = new();
        using RunningDaemon daemon = new(
        [
            "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
            "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
        ]);
        daemon.Ask("request|seed|size|32||").ShouldStartWith("status|0|");
        string first = Metrics(daemon);
        daemon.Ask("request|update|cache_type|smtpd|cache_id|a|session|bm90||").ShouldBe("status|0||");
        foreach (string id in new[] { "a", "b" })
        {
            daemon.Ask($"request|lookup|cache_type|smtpd|cache_id|{id}||");
        }

        daemon.Ask("request|tktkey|keyname|||").ShouldStartWith("status|0|");
        history.Add(HealthyHost, "postfix", first, Metrics(daemon));
        (first, string last) = FaultyDaemon.Metrics();
        history.Add("mx2:9100", "postfix-out", Unlabeled(first), Unlabeled(last));
        history.Add("mx3:9100", "postfix", "tlsmgr_up 0\n", "tlsmgr_up 0\n");
        const string Modified = "node_textfile_mtime_seconds{instance=\"mx2:9100\",file=";
        history.Add(Modified + "\"tlsmgr.prom\"}", MetricHistory.End - 7200, MetricHistory.End);
        history.Add(
            Modified + "\"/var/lib/prometheus/node-exporter/tlsmgr-postfix-out.prom\"}", MetricHistory.End - 7200,
            MetricHistory.End - 7200);
        history.Write(path);
    }

    /// <summary>Without the label that Prometheus renames.</summary>
    private static string Unlabeled(string metrics) =>
        Regex.Replace(metrics, ",?instance=\"[^\"]*\"", "").Replace("{}", "");

    private static string Metrics(RunningDaemon daemon)
    {
        CommandOutput output = CommandOutput.Of(
            PublishedBinary.Control, "stats", "-c", daemon.Directories.Config, "--prometheus");
        output.Status.ShouldBe(0, output.Errors);
        return output.Output;
    }

    /// <summary>The labels of each series that an expression returns at the end of the history.</summary>
    private string[] Query(string expression) =>
        [.. Results(expression).Select(static result => string.Join(',', result.GetProperty("metric").EnumerateObject()
            .Select(static label => $"{label.Name}=\"{label.Value}\"")))];

    private IEnumerable<double> Values(string expression) => Results(expression)
        .Select(static result => double.Parse(result.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture));

    private JsonElement[] Results(string expression)
    {
        (HttpStatusCode status, string body) = _prometheus.Get(
            $"/api/v1/query?time={MetricHistory.End}&query={Uri.EscapeDataString(expression)}");
        status.ShouldBe(HttpStatusCode.OK, $"{expression}: {body}");
        using JsonDocument document = JsonDocument.Parse(body);
        return [.. document.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(static element => element.Clone())];
    }
}
