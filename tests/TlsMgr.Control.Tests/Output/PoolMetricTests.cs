using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Control.Output;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

/// <summary>The metrics of a pool and of its sessions; docs/monitoring.md has a row for each.</summary>
public sealed class PoolMetricTests
{
    [Theory]
    [InlineData("pool", 9)]
    [InlineData("sharing", 19)]
    public void Every_metric_has_a_row_in_the_documents(string group, int count)
    {
        IEnumerable<string> rows = File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "monitoring.md"))
            .Where(line => line.StartsWith($"| `tlsmgr_{group}_", StringComparison.Ordinal))
            .Select(static line => string.Join(' ', line.Split('|').Skip(1).Take(2).Select(static cell => cell.Trim())));

        rows.ShouldBe(Metrics(group).Select(static metric => $"`{metric.Name}` {metric.Type}"));
        Metrics(group).Length.ShouldBe(count);
    }

    [Theory]
    [InlineData("pool")]
    [InlineData("sharing")]
    public void The_names_follow_the_rules_of_Prometheus(string group)
    {
        foreach (Metric metric in Metrics(group))
        {
            metric.Name.EndsWith("_total", StringComparison.Ordinal).ShouldBe(metric.Type == MetricTable.Counter);
            metric.Help.ShouldEndWith(".");
        }
    }

    private static Metric[] Metrics(string group) =>
        [.. MetricTable.OfService.Where(metric => metric.Figure.StartsWith($"{group}.", StringComparison.Ordinal))];
}
