using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Control.Output;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

/// <summary>The metrics of a pool; docs/monitoring.md has a row for each.</summary>
public sealed class PoolMetricTests
{
    private static readonly Metric[] Metrics = [.. MetricTable.OfService
        .Where(static metric => metric.Figure.StartsWith("pool.", StringComparison.Ordinal))];

    [Fact]
    public void Every_metric_has_a_row_in_the_documents()
    {
        IEnumerable<string> rows = File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "monitoring.md"))
            .Where(static line => line.StartsWith("| `tlsmgr_pool_", StringComparison.Ordinal))
            .Select(static line => string.Join(' ', line.Split('|').Skip(1).Take(2).Select(static cell => cell.Trim())));

        rows.ShouldBe(Metrics.Select(static metric => $"`{metric.Name}` {metric.Type}"));
        Metrics.Length.ShouldBe(9);
    }

    [Fact]
    public void The_names_follow_the_rules_of_Prometheus()
    {
        foreach (Metric metric in Metrics)
        {
            metric.Name.EndsWith("_total", StringComparison.Ordinal).ShouldBe(metric.Type == MetricTable.Counter);
            metric.Help.ShouldEndWith(".");
        }
    }
}
