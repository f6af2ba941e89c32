using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Monitoring;

/// <summary>The files that tlsmgr-metrics writes for several instances, as the real node_exporter reads them.</summary>
[Trait("Needs", "monitoring")]
public sealed class TextfileTests : IDisposable
{
    private const string Entry = "tlsmgr unix - - n 1000? 1 tlsmgr-net\n";

    private const string NoCollision = "\npromhttp_metric_handler_errors_total{cause=\"gathering\"} 0\n";

    private readonly string _target = Directory.CreateTempSubdirectory("tlsmgr-textfile-").FullName;

    [Fact]
    public void Two_instances_are_collected_side_by_side()
    {
        using RunningDaemon first = new(["multi_instance_name = postfix-in"]);
        first.Ask("request|seed|size|32||").ShouldStartWith("status|0|");
        using RunningDaemon second = new(["multi_instance_name = postfix-out"]);
        second.Ask("request|seed|size|32||").ShouldStartWith("status|0|");
        WriteEntries(first.Directories, second.Directories);

        Run(first.Directories).ShouldBe(new CommandOutput(0, "", ""));

        Files().ShouldBe(["tlsmgr-postfix-in.prom", "tlsmgr-postfix-out.prom"]);
        string metrics = Collect();
        metrics.ShouldContain("\nnode_textfile_scrape_error 0\n");
        metrics.ShouldContain(NoCollision);
        metrics.ShouldContain("\ntlsmgr_up{instance=\"postfix-in\"} 1\n");
        metrics.ShouldContain("\ntlsmgr_up{instance=\"postfix-out\"} 1\n");
        metrics.Split('\n').Count(static line => line.StartsWith("tlsmgr_seeds_total{", StringComparison.Ordinal))
            .ShouldBe(2);
        metrics.ShouldContain("node_textfile_mtime_seconds{file=\"");
    }

    [Fact]
    public void An_instance_without_a_daemon_has_a_file_that_says_so()
    {
        using DaemonDirectories directories = new("multi_instance_name = postfix-in");
        WriteEntries(directories);

        CommandOutput output = Run(directories);

        output.Status.ShouldBe(0);
        output.Errors.ShouldMatch("^tlsmgrctl: fatal: connect to [^\n]+\n$");
        File.ReadAllText(Path.Combine(_target, "tlsmgr-postfix-in.prom"))
            .ShouldEndWith("\ntlsmgr_up{instance=\"postfix-in\"} 0\n");
    }

    [Fact]
    public void An_instance_with_Postfixs_own_tlsmgr_has_no_file()
    {
        using DaemonDirectories directories = new("multi_instance_name = postfix-in");
        File.WriteAllText(
            Path.Combine(directories.Config, "master.cf"), Entry.Replace("tlsmgr-net", "tlsmgr", StringComparison.Ordinal));

        Run(directories).ShouldBe(new CommandOutput(0, "", ""));

        Files().ShouldBeEmpty();
    }

    [Fact]
    public void A_service_of_another_name_has_its_file()
    {
        using DaemonDirectories directories = new("multi_instance_name = postfix-in", "tlsmgr_service_name = keeper");
        File.WriteAllText(Path.Combine(directories.Config, "master.cf"), "keeper" + Entry["tlsmgr".Length..]);

        Run(directories).Status.ShouldBe(0);

        Files().ShouldBe(["tlsmgr-postfix-in.prom"]);
    }

    [Fact]
    public void An_instance_in_a_directory_with_a_blank_has_its_file()
    {
        using DaemonDirectories directories = new();
        string blank = Path.Combine(directories.Root, "a b");
        Directory.Move(directories.Config, blank);
        File.WriteAllText(Path.Combine(blank, "master.cf"), Entry);

        Run(blank).Status.ShouldBe(0);

        Files().ShouldBe(["tlsmgr-a b.prom"]);
    }

    [Fact]
    public void The_files_of_instances_that_are_off_or_gone_are_removed()
    {
        using DaemonDirectories directories = new("multi_instance_name = postfix-in");
        WriteEntries(directories);
        Run(directories).Status.ShouldBe(0);
        File.WriteAllText(Path.Combine(_target, "tlsmgr-gone.prom"), "tlsmgr_up 1\n");
        File.WriteAllText(Path.Combine(_target, "other.prom"), "other 1\n");
        Run(directories).Status.ShouldBe(0);
        Files().ShouldBe(["other.prom", "tlsmgr-postfix-in.prom"]);
        File.WriteAllText(
            Path.Combine(directories.Config, "master.cf"), Entry.Replace("tlsmgr-net", "tlsmgr", StringComparison.Ordinal));

        Run(directories).Status.ShouldBe(0);

        Files().ShouldBe(["other.prom"]);
    }

    [Fact]
    public void A_collector_that_is_missing_is_named()
    {
        using DaemonDirectories directories = new();

        CommandOutput.Of(MonitoringFiles.Of("tlsmgr-metrics"), "/nonexistent").ShouldBe(new CommandOutput(
            1, "", "tlsmgr-metrics: there is no directory /nonexistent: install prometheus-node-exporter\n"));
    }

    /// <summary>Shows that the collector would notice: this is what two files without labels do.</summary>
    [Fact]
    public void Two_instances_without_labels_collide()
    {
        foreach (string file in new[] { "a.prom", "b.prom" })
        {
            File.WriteAllText(
                Path.Combine(_target, file), "# HELP tlsmgr_up Up.\n# TYPE tlsmgr_up gauge\ntlsmgr_up 1\n");
        }

        Collect().ShouldNotContain(NoCollision);
    }

    /// <summary>What the alert rules expect of a label instance: the target has one of its own.</summary>
    [Fact]
    public void Prometheus_renames_the_label_of_an_instance()
    {
        File.WriteAllText(
            Path.Combine(_target, "tlsmgr.prom"),
            "# HELP tlsmgr_up Up.\n# TYPE tlsmgr_up gauge\ntlsmgr_up{instance=\"postfix-in\"} 1\n");
        using ServerProcess exporter = StartExporter();
        string config = Path.Combine(_target, "prometheus.yml");
        File.WriteAllText(
            config,
            "scrape_configs: [{job_name: node, scrape_interval: 200ms, scrape_timeout: 200ms, "
            + $"static_configs: [{{targets: ['{exporter.Address}']}}]}}]\n");
        using ServerProcess prometheus = new(
            "prometheus", "/-/ready", $"--config.file={config}",
            $"--storage.tsdb.path={Path.Combine(_target, "data")}");

        string body;
        long start = Stopwatch.GetTimestamp();
        do
        {
            body = prometheus.Get("/api/v1/query?query=tlsmgr_up").Body;
        }
        while (!body.Contains("\"metric\"", StringComparison.Ordinal)
            && Stopwatch.GetElapsedTime(start) < PublishedBinary.Timeout);

        body.ShouldContain("\"exported_instance\":\"postfix-in\"");
        body.ShouldContain($"\"instance\":\"{exporter.Address}\"");
    }

    public void Dispose() => Directory.Delete(_target, recursive: true);

    private string[] Files() =>
        [.. Directory.GetFiles(_target).Select(static file => Path.GetFileName(file)).Order()];

    /// <summary>What node_exporter serves the second time: it counts collisions after it has written a reply.</summary>
    private string Collect()
    {
        using ServerProcess exporter = StartExporter();
        exporter.Get("/metrics");
        (HttpStatusCode status, string body) = exporter.Get("/metrics");
        status.ShouldBe(HttpStatusCode.OK, body);
        return body;
    }

    private ServerProcess StartExporter() => new(
        "prometheus-node-exporter", "/", "--collector.disable-defaults", "--web.disable-exporter-metrics",
        "--collector.textfile", $"--collector.textfile.directory={_target}");

    /// <summary>Makes all of them instances of one Postfix, each with our tlsmgr.</summary>
    private static void WriteEntries(params DaemonDirectories[] instances)
    {
        foreach (DaemonDirectories instance in instances)
        {
            File.WriteAllText(Path.Combine(instance.Config, "master.cf"), Entry);
        }

        File.AppendAllText(
            Path.Combine(instances[0].Config, "main.cf"),
            $"multi_instance_directories = {string.Join(' ', instances.Skip(1).Select(static other => other.Config))}\n");
    }

    /// <summary>Runs it as cron does, with the programs of the source tree in place of installed ones.</summary>
    private CommandOutput Run(DaemonDirectories installation) => Run(installation.Config);

    private CommandOutput Run(string config) => CommandOutput.Of(
        "/bin/sh", "-c", "PATH=$1:$2:/usr/bin:/bin MAIL_CONFIG=$3 exec \"$0\" \"$4\"", MonitoringFiles.Of("tlsmgr-metrics"),
        Path.GetDirectoryName(PublishedBinary.Control)!, Path.Combine(RepositoryRoot.Path, "src", "packaging"),
        config, _target);
}
