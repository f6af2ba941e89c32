using System.Collections.Generic;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>
/// How much clients that send lookups without waiting or reading delay another client: the 99th percentile of its
/// lookups in each round, in microseconds, alone and beside them.
/// </summary>
internal sealed record Flood(Series Alone, Series Beside)
{
    /// <summary>The clients that flood.</summary>
    internal const int Clients = 100;

    private const int LookupMilliseconds = 500;
    private const int FloodMilliseconds = 600;

    private static readonly LoadProfile Lookups = new(Verbs.Lookup, 1, LookupMilliseconds);
    private static readonly LoadProfile Flooding = new(Verbs.Flood, Clients, FloodMilliseconds);

    internal static Dictionary<ServerDefinition, Flood> Measure(IReadOnlyList<BenchmarkServer> servers, int rounds)
    {
        Dictionary<ServerDefinition, List<(double Alone, double Beside)>> measured = servers.ToDictionary(
            server => server.Definition, static _ => new List<(double, double)>());
        for (int round = 0; round < rounds; round++)
        {
            foreach (BenchmarkServer server in ServerGroup.InRotation(servers, round))
            {
                double alone = LoadGenerator.Run(server, Lookups).P99;
                using LoadGenerator flood = LoadGenerator.Start(server, Flooding);
                double beside = LoadGenerator.Run(server, Lookups).P99;
                flood.Finish();
                measured[server.Definition].Add((alone, beside));
            }
        }

        return measured.ToDictionary(
            pair => pair.Key,
            pair => new Flood(
                new Series(pair.Value.Select(static round => round.Alone)),
                new Series(pair.Value.Select(static round => round.Beside))));
    }
}
