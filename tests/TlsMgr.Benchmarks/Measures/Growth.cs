using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>Lookups per second in a cache that grows.</summary>
/// <param name="Sessions">The sizes of the cache, in sessions.</param>
/// <param name="Rates">Lookups per second of each build, at each size.</param>
internal sealed record Growth(
    IReadOnlyList<int> Sessions, IReadOnlyDictionary<ServerDefinition, IReadOnlyList<Series>> Rates)
{
    internal const int Connections = 16;

    private const int MostSessions = 1_000_000;
    private const int WarmUpMilliseconds = 500;

    private static readonly int[] Sizes = [1_000, 10_000, 100_000, MostSessions];

    /// <summary>A run without figures of this kind.</summary>
    internal static Growth None { get; } = new([], new Dictionary<ServerDefinition, IReadOnlyList<Series>>());

    /// <summary>
    /// Measures builds in turns. The files are in memory: the writes of a gigabyte to a disk go on while lookups are
    /// measured.
    /// </summary>
    internal static Growth Measure(IReadOnlyList<ServerDefinition> builds, Plan plan)
    {
        int[] sizes = [.. Sizes.Where(size => plan.HasMillionSessions || size < MostSessions)];
        Dictionary<ServerDefinition, IReadOnlyList<Series>> rates = builds.ToDictionary(
            build => build, static _ => (IReadOnlyList<Series>)[]);
        using ServerGroup group = new(builds, static build => new BenchmarkServer(
            build, isOnDisk: false, "smtpd_tls_session_cache_size_limit = 0"));
        foreach (int size in sizes)
        {
            foreach ((ServerDefinition build, Series rate) in MeasureSize(group, size, plan))
            {
                rates[build] = [.. rates[build], rate];
            }
        }

        group.End();
        return new Growth(sizes, rates);
    }

    /// <summary>The size as text of tables and axes.</summary>
    internal static string Text(int sessions) => sessions.ToString("N0", CultureInfo.InvariantCulture);

    private static Dictionary<ServerDefinition, Series> MeasureSize(ServerGroup group, int size, Plan plan)
    {
        LoadProfile lookups = new(Verbs.Lookup, Connections, plan.MeasurementMilliseconds) { Keys = size };
        Dictionary<ServerDefinition, List<double>> rates = group.Servers.ToDictionary(
            server => server.Definition, static _ => new List<double>());
        foreach (BenchmarkServer server in group.Servers)
        {
            FirstReply.Await(server);
            LoadGenerator.Fill(server, size);
            LoadGenerator.Run(server, lookups with { Milliseconds = WarmUpMilliseconds });
        }

        for (int round = 0; round < plan.Rounds; round++)
        {
            foreach (BenchmarkServer server in ServerGroup.InRotation(group.Servers, round))
            {
                rates[server.Definition].Add(LoadGenerator.Run(server, lookups).RequestsPerSecond);
            }
        }

        return rates.ToDictionary(pair => pair.Key, pair => new Series(pair.Value));
    }
}
