// One run of the benchmark, measure by measure.

using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks;

/// <summary>Measures a daemon against the original and the floor.</summary>
internal sealed class Benchmark(string binary, Plan plan, TextWriter progress)
{
    private const int Keys = 10_000;

    private readonly ServerDefinition _ours = ServerDefinition.Ours(binary);

    internal Results Run()
    {
        ServerDefinition[] daemons = [_ours, ServerDefinition.Btree, ServerDefinition.Lmdb];
        ServerDefinition[] all = [.. daemons, ServerDefinition.Floor];
        progress.WriteLine("start to first answer");
        Dictionary<ServerDefinition, Series> firstAnswers = FirstAnswer.Measure(daemons);
        Dictionary<ServerDefinition, Series> withCaches = FirstAnswer.MeasureWithCaches(daemons, plan.Rounds);
        Series counting = Counting.Measure(plan.Rounds);
        progress.WriteLine("memory");
        Dictionary<ServerDefinition, Memory> memories = daemons.ToDictionary(daemon => daemon, Memory.Measure);
        (Throughput throughput, Dictionary<(ServerDefinition, string), double> calls, LargeSessions large) = Load(all);
        progress.WriteLine("a cache at its limit");
        FullCache full = FullCache.Measure(_ours, plan);
        if (plan.HasMillionSessions)
        {
            progress.WriteLine("a million sessions: takes five minutes, most of them until they have expired");
        }

        MillionSessions? million = plan.HasMillionSessions ? MillionSessions.Measure(_ours, plan) : null;
        return new Results(all, throughput, calls, firstAnswers, withCaches, counting, memories, large, full, million);
    }

    private (Throughput, Dictionary<(ServerDefinition, string), double>, LargeSessions) Load(ServerDefinition[] all)
    {
        List<BenchmarkServer> servers = [];
        try
        {
            foreach (ServerDefinition definition in all)
            {
                servers.Add(new BenchmarkServer(definition));
                LoadGenerator.Fill(servers[^1], Keys);
            }

            Throughput throughput = Throughput.Measure(servers, plan, progress);
            progress.WriteLine("system calls");
            Dictionary<(ServerDefinition, string), double> calls = CountSystemCalls(servers);
            progress.WriteLine("sessions of 1 MiB");
            LargeSessions large = LargeSessions.Measure(servers[0], plan.Rounds);
            servers.ForEach(static server => server.End());
            return (throughput, calls, large);
        }
        finally
        {
            servers.ForEach(static server => server.Dispose());
        }
    }

    /// <summary>Not of deletes: the load stores again what it deletes, and both would be counted.</summary>
    private static Dictionary<(ServerDefinition, string), double> CountSystemCalls(IEnumerable<BenchmarkServer> servers)
    {
        Dictionary<(ServerDefinition, string), double> calls = [];
        foreach (BenchmarkServer server in servers)
        {
            foreach (string verb in server.Definition.Verbs.Where(static verb => verb != Verbs.Delete))
            {
                calls[(server.Definition, verb)] = SystemCalls.Measure(server, verb);
            }
        }

        return calls;
    }
}
