using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Tickets.Pool;

/// <summary>
/// A pool in virtual time: a short form, and with POOL_SIMULATION=full in the environment (make pool-simulation) 100 and
/// 1,000 hosts, which writes docs/pool-simulation.md.
/// </summary>
public sealed class PoolSimulationTests
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("POOL_SIMULATION") == "full";

    private static readonly int[] Differences =
        [0, PoolHost.Skew / 2, PoolHost.Skew, 2 * PoolHost.Skew, PoolHost.Period];

    [Fact]
    public void Tickets_younger_than_a_period_are_resumed_at_every_host_while_clocks_agree()
    {
        List<string> lines =
        [
            "# Simulation of a pool", "",
            "Written by `make pool-simulation`: hosts in virtual time with the product's classes and real state files.",
            "Clients take a ticket at one host and offer it at a random one; one process in fifty is a new one.",
            $"P = {PoolHost.Period} s, S = {PoolHost.Skew} s. Each figure is the share of tickets resumed, in percent, by",
            "their age in periods. \"Half\" is a rotation without a delay that reaches half of the hosts.",
        ];
        foreach (int hosts in IsFull ? new[] { 100, 1000 } : [10])
        {
            string ages = string.Concat(Enumerable.Range(0, PoolSimulation.Classes).Select(static index =>
                string.Create(CultureInfo.InvariantCulture, $" {index / 6.0:0.0} |")));
            string rule = string.Concat(Enumerable.Repeat("---|", PoolSimulation.Classes));
            lines.AddRange(["", $"## {hosts} hosts", "", $"| largest difference of clocks |{ages}", $"|---|{rule}"]);
            foreach (int difference in Differences)
            {
                lines.Add(Simulate(hosts, difference, isRotated: false));
            }

            lines.Add(Simulate(hosts, 0, isRotated: true));
        }

        if (IsFull)
        {
            File.WriteAllText(
                Path.Combine(RepositoryRoot.Path, "docs", "pool-simulation.md"), string.Join('\n', lines) + "\n");
        }
    }

    private static string Simulate(int hosts, int difference, bool isRotated)
    {
        using PoolSimulation simulation = new(hosts, difference);
        simulation.Run(IsFull ? 20_000 : 10_000, isRotated);
        if (difference <= PoolHost.Skew && !isRotated)
        {
            simulation.YoungestRefused.ShouldBeGreaterThan(PoolHost.Period, $"{hosts} hosts, {difference} s");
        }

        string shares = string.Concat(Enumerable.Range(0, PoolSimulation.Classes).Select(index =>
            string.Create(CultureInfo.InvariantCulture, $" {simulation.Resumed(index):0} |")));
        return $"| {difference} s{(isRotated ? ", half" : "")} |{shares}";
    }
}
