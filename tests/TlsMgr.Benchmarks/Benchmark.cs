using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks;

/// <summary>One run: measures a build of the daemon, the baseline, Postfix's tlsmgr and the floor.</summary>
internal sealed class Benchmark(ServerDefinition ours, ServerDefinition baseline, Plan plan, TextWriter progress)
{
    private const int Keys = 10_000;

    private readonly ServerDefinition[] _builds = [ours, baseline];

    internal Results Run()
    {
        ServerDefinition[] daemons = [.. _builds, ServerDefinition.Btree, ServerDefinition.Lmdb];
        ServerDefinition[] servers = [.. daemons, ServerDefinition.Floor, ServerDefinition.FilteredFloor];
        progress.WriteLine("start to first reply");
        Dictionary<ServerDefinition, Series> firstReplies = FirstReply.Measure(daemons);
        Dictionary<ServerDefinition, Series> withCaches = FirstReply.MeasureWithCaches(daemons, plan.Rounds);
        Series counting = Counting.Measure(plan.Rounds);
        progress.WriteLine("starts with many sessions");
        Starts starts = Starts.Measure(ours, plan);
        progress.WriteLine("pool");
        PoolCost pool = PoolCost.Measure(ours);
        progress.WriteLine("shared sessions");
        SharedSessions shared = SharedSessions.MeasureAsync(ours, plan).GetAwaiter().GetResult();
        progress.WriteLine("memory");
        Dictionary<ServerDefinition, Memory> memories = daemons.ToDictionary(daemon => daemon, Memory.Measure);
        using ServerGroup group = new(servers, static definition => new BenchmarkServer(definition));
        (Throughput throughput, Dictionary<(ServerDefinition, string), double> calls,
            Dictionary<ServerDefinition, LargeSessions> large, Dictionary<ServerDefinition, Flood> floods) =
            MeasureLoad(group);
        progress.WriteLine("cache at its size limit");
        Dictionary<ServerDefinition, FullCache> full = FullCache.Measure(_builds, plan);
        progress.WriteLine("a cache that grows");
        Growth growth = Growth.Measure(_builds, plan);
        return new Results(
            ours, baseline, servers, throughput, calls, firstReplies, withCaches, counting, memories, large, floods, full,
            MeasureMillionSessions(), pool, shared, starts)
        {
            Growth = growth,
        };
    }

    private (Throughput, Dictionary<(ServerDefinition, string), double>, Dictionary<ServerDefinition, LargeSessions>,
        Dictionary<ServerDefinition, Flood>) MeasureLoad(ServerGroup group)
    {
        foreach (BenchmarkServer server in group.Servers)
        {
            LoadGenerator.Fill(server, Keys);
        }

        Throughput throughput = Throughput.Measure(group.Servers, plan, progress);
        progress.WriteLine("system calls");
        Dictionary<(ServerDefinition, string), double> calls = CountSystemCalls(group.Servers);
        progress.WriteLine("sessions of 1 MiB");
        BenchmarkServer[] builds = [.. group.Servers.Where(server => _builds.Contains(server.Definition))];
        Dictionary<ServerDefinition, LargeSessions> large = LargeSessions.Measure(builds, plan.Rounds);
        progress.WriteLine("clients that flood");
        Dictionary<ServerDefinition, Flood> floods = Flood.Measure(builds, plan.Rounds);
        group.End();
        return (throughput, calls, large, floods);
    }

    private Dictionary<ServerDefinition, MillionSessions> MeasureMillionSessions()
    {
        if (!plan.HasMillionSessions)
        {
            return [];
        }

        progress.WriteLine("1,000,000 sessions: ten minutes, mostly waiting until they have expired");
        return _builds.ToDictionary(build => build, build => MillionSessions.Measure(build, plan));
    }

    /// <summary>Deletes are left out: the load stores again what it deletes, and both would be counted.</summary>
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
