using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>Milliseconds from exec to the first reply to a seed request.</summary>
internal static class FirstReply
{
    private const int Starts = 11;
    private const int StoredSessions = 10_000;

    /// <summary>Requests a seed and waits for the reply.</summary>
    internal static void Await(BenchmarkServer server)
    {
        using AttributeClient client = server.Connect();
        client.ReadList();
        client.Send(("request", "seed"u8.ToArray()), ("size", "32"u8.ToArray()));
        client.ReadList();
    }

    /// <summary>
    /// Starts the daemons in turns, without caches: Postfix's tlsmgr flushes a new cache to disk, and the time of a
    /// flush varies.
    /// </summary>
    internal static Dictionary<ServerDefinition, Series> Measure(IReadOnlyList<ServerDefinition> daemons)
    {
        Dictionary<ServerDefinition, List<double>> times = daemons.ToDictionary(
            daemon => daemon, static _ => new List<double>());
        for (int start = 0; start < Starts; start++)
        {
            foreach (ServerDefinition daemon in daemons)
            {
                using BenchmarkServer server = new(daemon with { CacheType = null });
                Await(server);
                times[daemon].Add(Stopwatch.GetElapsedTime(server.StartedAt).TotalMilliseconds);
                server.End();
            }
        }

        return times.ToDictionary(pair => pair.Key, pair => new Series(pair.Value));
    }

    /// <summary>
    /// Starts the daemons in turns, each with the three caches of 10,000 sessions that its previous process left in
    /// memory. TlsMgr examines and keeps them; Postfix's tlsmgr empties them.
    /// </summary>
    internal static Dictionary<ServerDefinition, Series> MeasureWithCaches(
        IReadOnlyList<ServerDefinition> daemons, int rounds)
    {
        Dictionary<ServerDefinition, List<double>> times = daemons.ToDictionary(
            daemon => daemon, static _ => new List<double>());
        using ServerGroup group = new(daemons, static daemon => new BenchmarkServer(daemon, isOnDisk: false));
        for (int round = 0; round < rounds; round++)
        {
            foreach (BenchmarkServer server in group.Servers)
            {
                times[server.Definition].Add(StartWithCaches(server));
            }
        }

        group.End();
        return times.ToDictionary(pair => pair.Key, pair => new Series(pair.Value));
    }

    private static double StartWithCaches(BenchmarkServer server)
    {
        foreach (string cache in Caches.All)
        {
            LoadGenerator.Fill(server, StoredSessions, cache);
        }

        server.Restart();
        Await(server);
        return Stopwatch.GetElapsedTime(server.StartedAt).TotalMilliseconds;
    }
}
