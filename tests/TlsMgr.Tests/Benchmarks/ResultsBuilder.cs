using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Servers;
using MemoryFigures = TlsMgr.Benchmarks.Measures.Memory;

namespace TlsMgr.Tests.Benchmarks;

/// <summary>Results of two rounds in which all servers have the same figures but for the given rates.</summary>
internal static class ResultsBuilder
{
    private const int Rounds = 2;

    internal static readonly ServerDefinition Ours = ServerDefinition.Ours("/tlsmgr");
    internal static readonly ServerDefinition Baseline = ServerDefinition.Baseline("/baseline");

    /// <summary>Two sizes of a cache that grows.</summary>
    internal static Growth Growth { get; } = new(
        [1_000, 1_000_000],
        new Dictionary<ServerDefinition, IReadOnlyList<Series>>
        {
            [Ours] = [new Series(2000, 2000), new Series(1500, 1500)],
            [Baseline] = [new Series(2000, 2000), new Series(1000, 1000)],
        });

    internal static Results Build(Func<ServerDefinition, string, double> requestsPerSecond, bool hasMillion = false)
    {
        ServerDefinition[] builds = [Ours, Baseline];
        ServerDefinition[] servers =
        [
            .. builds, ServerDefinition.Btree, ServerDefinition.Lmdb, ServerDefinition.Floor,
            ServerDefinition.FilteredFloor,
        ];
        Throughput throughput = new();
        Dictionary<(ServerDefinition, string), double> calls = [];
        foreach (ServerDefinition server in servers)
        {
            foreach (string verb in server.Verbs)
            {
                AddRounds(throughput, server, verb, requestsPerSecond(server, verb));
                calls[(server, verb)] = 2;
            }
        }

        calls.Remove((Ours, Verbs.Delete));
        Series same = new(4, 6);
        MemoryFigures memory = new(new MemoryUse(2, 10), new MemoryUse(4, 100));
        return new Results(
            Ours, Baseline, servers, throughput, calls, Of(servers, same), Of(servers, same), same,
            Of(servers, memory), Of(builds, new LargeSessions(same, same, same, same, same, same)),
            Of(builds, new Flood(same, same)),
            Of(builds, new FullCache(same, same)),
            hasMillion ? MillionOf(new Series(8, 8, 8), new Series(4, 4)) : [], new PoolCost(same, same, same, same),
            new SharedSessions(same, same, same, same, same, same, same), new Starts(StartOf(10), [StartOf(11.5)]));
    }

    /// <summary>Starts whose first replies all come after so many milliseconds.</summary>
    internal static StartFigures StartOf(double milliseconds)
    {
        FirstReplies replies = new(milliseconds, milliseconds, milliseconds);
        return new StartFigures("caches", 0, [replies, replies], new Series(3, 3), new Series(1.5, 1.5), new Series(2, 2));
    }

    private static void AddRounds(Throughput throughput, ServerDefinition server, string verb, double rate)
    {
        foreach (int connections in Throughput.ConnectionCounts)
        {
            for (int round = 0; round < Rounds; round++)
            {
                throughput.Add(server, verb, connections, new LoadResult(rate, 1, 0.5, 0.5, 10, 20, 30, 40, 0.5));
            }
        }
    }

    /// <summary>The sweeps of the two builds take different numbers of seconds.</summary>
    private static Dictionary<ServerDefinition, MillionSessions> MillionOf(Series ours, Series baseline) => new()
    {
        [Ours] = new MillionSessions(ours, ours, ours),
        [Baseline] = new MillionSessions(baseline, baseline, baseline),
    };

    private static Dictionary<ServerDefinition, T> Of<T>(IEnumerable<ServerDefinition> servers, T figure) =>
        servers.ToDictionary(server => server, _ => figure);
}
