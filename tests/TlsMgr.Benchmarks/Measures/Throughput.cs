using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>The results of every verb with 1, 16 and 128 connections on every server, in all rounds.</summary>
internal sealed class Throughput
{
    internal static readonly int[] ConnectionCounts = [1, 16, 128];

    private readonly Dictionary<(ServerDefinition, string Verb, int Connections), List<LoadResult>> _results = [];

    /// <summary>Measures servers that hold all keys, in turns within each round.</summary>
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
                    LoadProfile profile = new(verb, connections, plan.MeasurementMilliseconds);
                    foreach (BenchmarkServer server in ServerGroup.InRotation(servers, round)
                        .Where(server => server.Definition.Verbs.Contains(verb)))
                    {
                        throughput.Add(server.Definition, verb, connections, LoadGenerator.Run(server, profile));
                    }
                }
            }
        }

        return throughput;
    }

    /// <summary>Adds the result of one round.</summary>
    internal void Add(ServerDefinition server, string verb, int connections, LoadResult result)
    {
        if (!_results.TryGetValue((server, verb, connections), out List<LoadResult>? results))
        {
            _results[(server, verb, connections)] = results = [];
        }

        results.Add(result);
    }

    /// <summary>One figure of one server, over all rounds.</summary>
    internal Series Of(ServerDefinition server, string verb, int connections, Func<LoadResult, double> figure) =>
        new(_results[(server, verb, connections)].Select(figure));
}
