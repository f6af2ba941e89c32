using System.Collections.Generic;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>
/// How much clients with sessions of 1 MiB delay others: the slowest lookup of 16 clients in each round, in
/// milliseconds, alone, beside one client that stores such sessions, and beside 16 that look them up.
/// </summary>
internal sealed record LargeSessions(
    Series SlowestAlone, Series SlowestBeside, Series StoredPerSecond, Series SlowestBesideReaders,
    Series ReadPerSecond, Series P999BesideReaders)
{
    private const int LookupMilliseconds = 500;
    private const int OthersMilliseconds = 600;
    private const int LargeKeys = 16;
    private const string LargeCache = "smtp";

    internal const int Readers = 16;

    private static readonly LoadProfile Lookups = new(Verbs.Lookup, 16, LookupMilliseconds);

    private static readonly LoadProfile Stores = new(Verbs.Update, 1, OthersMilliseconds)
    {
        Keys = LargeKeys,
        SessionBytes = 1024 * 1024,
        Cache = LargeCache,
    };

    private static readonly LoadProfile Reads = Stores with { Verb = Verbs.Lookup, Connections = Readers };

    private readonly record struct Round(
        double Alone, double BesideStores, double Stored, double BesideReads, double Read,
        double P999BesideReads);

    internal static Dictionary<ServerDefinition, LargeSessions> Measure(
        IReadOnlyList<BenchmarkServer> servers, int rounds)
    {
        Dictionary<ServerDefinition, List<Round>> measured = servers.ToDictionary(
            server => server.Definition, static _ => new List<Round>());
        foreach (BenchmarkServer server in servers)
        {
            LoadGenerator.Run(server, Stores with { Verb = Verbs.Fill });
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach (BenchmarkServer server in ServerGroup.InRotation(servers, round))
            {
                double alone = LoadGenerator.Run(server, Lookups).Slowest / 1000;
                (LoadResult besideStores, double stored) = MeasureBeside(server, Stores);
                (LoadResult besideReads, double read) = MeasureBeside(server, Reads);
                measured[server.Definition].Add(new(
                    alone, besideStores.Slowest / 1000, stored, besideReads.Slowest / 1000, read,
                    besideReads.P999 / 1000));
            }
        }

        return measured.ToDictionary(pair => pair.Key, pair => Of(pair.Value));
    }

    private static (LoadResult Lookups, double PerSecond) MeasureBeside(BenchmarkServer server, LoadProfile others)
    {
        using LoadGenerator load = LoadGenerator.Start(server, others);
        LoadResult lookups = LoadGenerator.Run(server, Lookups);
        return (lookups, load.Finish().RequestsPerSecond);
    }

    private static LargeSessions Of(IReadOnlyList<Round> rounds) => new(
        new Series(rounds.Select(static round => round.Alone)),
        new Series(rounds.Select(static round => round.BesideStores)),
        new Series(rounds.Select(static round => round.Stored)),
        new Series(rounds.Select(static round => round.BesideReads)),
        new Series(rounds.Select(static round => round.Read)),
        new Series(rounds.Select(static round => round.P999BesideReads)));
}
