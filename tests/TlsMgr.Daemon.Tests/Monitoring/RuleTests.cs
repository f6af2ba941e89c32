using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Monitoring;

/// <summary>The alert rules and metrics, as promtool judges them.</summary>
[Trait("Needs", "monitoring")]
public sealed partial class RuleTests
{
    private const string NodeExporterMetric = "node_textfile_mtime_seconds";

    [Fact]
    public void The_metrics_of_a_daemon_are_in_order()
    {
        using RunningDaemon daemon = new(
        [
            "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
            "multi_instance_name = postfix-out",
        ]);
        daemon.Ask("request|seed|size|32||").ShouldStartWith("status|0|");
        daemon.Ask("request|tktkey|keyname|||").ShouldStartWith("status|0|");

        Check(daemon.Directories.Config);
    }

    [Fact]
    public void The_metrics_of_a_daemon_with_every_fault_are_in_order()
    {
        using FaultyDaemon daemon = new();

        Check(daemon.Config);
    }

    [Fact]
    public void The_metrics_without_a_daemon_are_in_order()
    {
        using DaemonDirectories directories = new();
        string file = Path.Combine(directories.Root, "tlsmgr.prom");

        CommandOutput.Of(PublishedBinary.Control, "stats", "-c", directories.Config, "--prometheus", "--output", file)
            .Status.ShouldBe(3);

        CheckFile(file).ShouldBe(new CommandOutput(0, "", ""));
    }

    [Fact]
    public void A_metric_that_is_not_in_order_is_found()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "# TYPE tlsmgr_seeds counter\ntlsmgr_seeds 1\n");

        CheckFile(file).Status.ShouldNotBe(0);
        File.Delete(file);
    }

    [Fact]
    public void The_rules_are_in_order()
    {
        CommandOutput output = CommandOutput.Of("promtool", "check", "rules", MonitoringFiles.Rules);

        output.Output.ShouldContain($"SUCCESS: {MonitoringFiles.AlertExpressions.Length} rules found");
        output.Status.ShouldBe(0);
    }

    [Fact]
    public void Each_alert_fires_in_its_cases_and_in_no_other()
    {
        CommandOutput output = CommandOutput.Of("promtool", "test", "rules", MonitoringFiles.RuleCases);

        output.Status.ShouldBe(0, output.Output + output.Errors);
    }

    [Fact]
    public void Each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not()
    {
        string[] names = [.. MonitoringFiles.AlertExpressions.Select(static alert => alert.Key)];
        Match[] cases = [.. Case().Matches(File.ReadAllText(MonitoringFiles.RuleCases)).AsEnumerable()];

        names.Length.ShouldBeGreaterThan(9);
        Names(isFiring: true).ShouldBe(names.Order());
        Names(isFiring: false).ShouldBe(names.Order());

        string[] Names(bool isFiring) =>
        [
            .. cases.Where(match => match.Groups["quiet"].Success != isFiring)
                .Select(static match => match.Groups["name"].Value).Distinct().Order(),
        ];
    }

    [Fact]
    public void A_rule_that_is_changed_fails_its_cases()
    {
        string directory = Directory.CreateTempSubdirectory("tlsmgr-rules-").FullName;
        string rules = File.ReadAllText(MonitoringFiles.Rules);
        File.WriteAllText(Path.Combine(directory, "rules.yml"), rules.Replace("tlsmgr_up == 0", "tlsmgr_up == 1"));
        string cases = Path.Combine(directory, "cases.yml");
        File.WriteAllText(cases, RuleFile().Replace(File.ReadAllText(MonitoringFiles.RuleCases), "  - rules.yml"));

        CommandOutput.Of("promtool", "test", "rules", cases).Status.ShouldNotBe(0);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void The_dashboard_names_its_schema_and_each_panel_has_a_title_a_description_and_its_own_place()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(MonitoringFiles.Dashboard));
        JsonElement[] panels = [.. document.RootElement.GetProperty("panels").EnumerateArray()];

        document.RootElement.GetProperty("schemaVersion").GetInt32().ShouldBe(36);
        panels.Length.ShouldBeGreaterThan(10);
        panels.ShouldAllBe(panel => panel.GetProperty("title").GetString()!.Length > 0
            && panel.GetProperty("description").GetString()!.Length > 0);
        panels.Select(static panel => panel.GetProperty("id").GetInt32()).ShouldBeUnique();
        panels.SelectMany(static panel => Cells(panel.GetProperty("gridPos"))).ShouldBeUnique();
    }

    [Fact]
    public void Rules_and_dashboard_use_metrics_that_exist()
    {
        (string metrics, _) = FaultyDaemon.Metrics();

        MonitoringFiles.AlertExpressions.Concat(MonitoringFiles.DashboardExpressions)
            .SelectMany(static pair => MetricName().Matches(pair.Value).Select(static match => match.Value))
            .Where(name => name != NodeExporterMetric && !metrics.Contains($"# HELP {Family().Replace(name, "")} "))
            .ShouldBeEmpty();
    }

    private static (int X, int Y)[] Cells(JsonElement position)
    {
        int Number(string name) => position.GetProperty(name).GetInt32();

        return
        [
            .. Enumerable.Range(Number("x"), Number("w"))
                .SelectMany(x => Enumerable.Range(Number("y"), Number("h")).Select(y => (x, y))),
        ];
    }

    private static void Check(string config)
    {
        string file = Path.GetTempFileName();
        CommandOutput output = CommandOutput.Of(
            PublishedBinary.Control, "stats", "-c", config, "--prometheus", "--output", file);
        output.ShouldBe(new CommandOutput(0, "", ""));

        CheckFile(file).ShouldBe(new CommandOutput(0, "", ""));
        File.Delete(file);
    }

    private static CommandOutput CheckFile(string file) =>
        CommandOutput.Of("/bin/sh", "-c", "exec promtool check metrics < \"$0\"", file);

    [GeneratedRegex(@"alertname: (?<name>\w+)\n +exp_alerts:(?<quiet> \[\])?")]
    private static partial Regex Case();

    [GeneratedRegex(@"  - \S*tlsmgr\.rules\.yml")]
    private static partial Regex RuleFile();

    [GeneratedRegex("\\b(tlsmgr|node)_[a-z_]+")]
    private static partial Regex MetricName();

    /// <summary>What the names of a histogram's samples have behind that of the histogram.</summary>
    [GeneratedRegex("(?<=duration_seconds)_(bucket|sum|count)$")]
    private static partial Regex Family();
}
