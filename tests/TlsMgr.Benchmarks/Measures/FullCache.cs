using System.Collections.Generic;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>The cost of eviction: updates per second of 16 clients in a cache at its limit and in one below.</summary>
internal sealed record FullCache(Series StoresAtLimit, Series StoresBelow)
{
    private const int Connections = 16;
    private const int SizeLimitBytes = 16 * 1024 * 1024;

    /// <summary>Many times the sessions that fit into the cache.</summary>
    private const int KeysAtLimit = 100_000;

    /// <summary>About the sessions that fit into the cache.</summary>
    private const int KeysBelow = 5_000;

    private readonly record struct Round(double AtLimit, double Below);

    internal static Dictionary<ServerDefinition, FullCache> Measure(IReadOnlyList<ServerDefinition> daemons, Plan plan)
    {
        LoadProfile full = new(Verbs.Update, Connections, plan.MeasurementMilliseconds) { Keys = KeysAtLimit };
        LoadProfile below = full with { Keys = KeysBelow, Cache = "smtp" };
        Dictionary<ServerDefinition, List<Round>> rounds = daemons.ToDictionary(
            daemon => daemon, static _ => new List<Round>());
        using ServerGroup group = new(daemons, static daemon => new BenchmarkServer(
            daemon, isOnDisk: false, $"smtpd_tls_session_cache_size_limit = {SizeLimitBytes}"));
        foreach (BenchmarkServer server in group.Servers)
        {
            FirstReply.Await(server);
            LoadGenerator.Fill(server, KeysAtLimit, full.Cache);
            LoadGenerator.Fill(server, KeysBelow, below.Cache);
        }

        for (int round = 0; round < plan.Rounds; round++)
        {
            foreach (BenchmarkServer server in ServerGroup.InRotation(group.Servers, round))
            {
                double atLimit = LoadGenerator.Run(server, full).RequestsPerSecond;
                rounds[server.Definition].Add(new(atLimit, LoadGenerator.Run(server, below).RequestsPerSecond));
            }
        }

        group.End();
        return rounds.ToDictionary(pair => pair.Key, pair => new FullCache(
            new Series(pair.Value.Select(static round => round.AtLimit)),
            new Series(pair.Value.Select(static round => round.Below))));
    }
}
