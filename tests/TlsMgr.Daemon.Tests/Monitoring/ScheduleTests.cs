using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Monitoring;

/// <summary>The systemd units and the cron line that run tlsmgr-metrics.</summary>
[Trait("Needs", "monitoring")]
public sealed class ScheduleTests
{
    private const string Program = "/usr/lib/postfix-tlsmgr-net/tlsmgr-metrics";
    private const string Collector = "/var/lib/prometheus/node-exporter";

    [Fact]
    public void Systemd_accepts_the_units()
    {
        string directory = Directory.CreateTempSubdirectory("tlsmgr-units-").FullName;
        try
        {
            string[] names = ["tlsmgr-metrics.service", "tlsmgr-metrics.timer"];
            foreach (string name in names)
            {
                // The program need not be installed.
                File.WriteAllText(
                    Path.Combine(directory, name),
                    File.ReadAllText(MonitoringFiles.Of(name)).Replace(Program, "/bin/true", StringComparison.Ordinal));
            }

            CommandOutput output = CommandOutput.Of(
                "/bin/sh", ["-c", "cd \"$0\" && exec systemd-analyze verify --man=no \"$@\"", directory, .. names]);

            output.Status.ShouldBe(0, output.Errors);
            (output.Output + output.Errors).Split('\n').Where(static line => line.Contains("tlsmgr-metrics"))
                .ShouldBeEmpty();
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void The_service_and_the_cron_line_run_the_same_for_the_same_directory()
    {
        string service = File.ReadAllText(MonitoringFiles.Of("tlsmgr-metrics.service"));
        string cron = File.ReadAllLines(MonitoringFiles.Of("tlsmgr-metrics.cron"))
            .Single(static line => !line.StartsWith('#'));

        service.ShouldContain($"\nExecStart={Program} {Collector}\n");
        service.ShouldContain($"\nConditionPathIsDirectory={Collector}\n");
        cron.ShouldMatch($@"^(\S+ ){{5}}root {Regex.Escape($"{Program} {Collector}")}$");
    }

    /// <summary>The interval of the timer, as systemd reads it.</summary>
    [Fact]
    public void The_timer_and_the_cron_line_run_it_every_minute()
    {
        string calendar = File.ReadAllLines(MonitoringFiles.Of("tlsmgr-metrics.timer"))
            .Single(static line => line.StartsWith("OnCalendar=", StringComparison.Ordinal))["OnCalendar=".Length..];

        CommandOutput.Of("systemd-analyze", "calendar", calendar).Output
            .ShouldContain("Normalized form: *-*-* *:*:00\n");
        File.ReadAllText(MonitoringFiles.Of("tlsmgr-metrics.cron")).ShouldContain("\n* * * * * root ");
    }
}
