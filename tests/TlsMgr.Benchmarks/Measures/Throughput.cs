// Requests per second, times of requests and CPU per request: every verb with 1, 16 and 128 connections on every
// server.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>The results of all rounds.</summary>
internal sealed class Throughput
{
    internal static readonly int[] ConnectionCounts = [1, 16, 128];

    private readonly Dictionary<(ServerDefinition, string Verb, int Connections), List<LoadResult>> _results = [];

    /// <summary>
    /// Measures servers that hold all keys. They take turns within each round, and another begins in each: what one
    /// leaves for the disk to do is not always the burden of the same one.
    /// </summary>
    internal static Throughput Measure(IReadOnlyList<BenchmarkServer> servers, Plan plan, TextWriter progress)
    {
        Throughput throughput = new();
        for (int round = 1; round <= plan.Rounds; round++)
        {
            progress.WriteLine($"round {round} of {plan.Rounds}");
            foreach (string verb in Verbs.All)
            {
                foreach (int connections in ConnectionCounts)
                {
                    LoadOrder order = new(verb, connections, plan.MeasurementMilliseconds);
                    foreach (BenchmarkServer server in Turns(servers, round)
                        .Where(server => server.Definition.Verbs.Contains(verb)))
                    {
                        throughput.Add(server.Definition, order, LoadGenerator.Run(server, order));
                    }
                }
            }
        }

        return throughput;
    }

    /// <summary>One figure of one server, over all rounds.</summary>
    internal Series Of(ServerDefinition server, string verb, int connections, Func<LoadResult, double> figure) =>
        new(_results[(server, verb, connections)].Select(figure));

    private static IEnumerable<BenchmarkServer> Turns(IReadOnlyList<BenchmarkServer> servers, int round) =>
        servers.Select((_, place) => servers[(place + round) % servers.Count]);

    private void Add(ServerDefinition server, LoadOrder order, LoadResult result)
    {
        (ServerDefinition, string, int) place = (server, order.Verb, order.Connections);
        if (!_results.TryGetValue(place, out List<LoadResult>? results))
        {
            _results[place] = results = [];
        }

        results.Add(result);
    }
}
