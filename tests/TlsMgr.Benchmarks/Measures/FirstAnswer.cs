// The time from exec to the first seed that is answered.

using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>The first answer of a daemon.</summary>
internal static class FirstAnswer
{
    private const int Starts = 11;
    private const int StoredSessions = 10_000;

    /// <summary>Asks for a seed and waits for it.</summary>
    internal static void Await(BenchmarkServer server)
    {
        using AttributeClient client = server.Connect();
        client.ReadList();
        client.Send(("request", "seed"u8.ToArray()), ("size", "32"u8.ToArray()));
        client.ReadList();
    }

    /// <summary>
    /// Starts the daemons in turns, and answers milliseconds. Without caches: the original flushes a new one to disk,
    /// which takes as long as the disk likes.
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
    /// The same with three caches of 10,000 sessions that the daemon before has left, in memory. This daemon looks
    /// through them and keeps them; the original empties them.
    /// </summary>
    internal static Dictionary<ServerDefinition, Series> MeasureWithCaches(
        IReadOnlyList<ServerDefinition> daemons, int rounds)
    {
        List<BenchmarkServer> servers = [];
        Dictionary<ServerDefinition, List<double>> times = daemons.ToDictionary(
            daemon => daemon, static _ => new List<double>());
        try
        {
            servers.AddRange(daemons.Select(static daemon => new BenchmarkServer(daemon, isOnDisk: false)));
            for (int round = 0; round < rounds; round++)
            {
                foreach (BenchmarkServer server in servers)
                {
                    times[server.Definition].Add(StartWithCaches(server));
                }
            }

            servers.ForEach(static server => server.End());
        }
        finally
        {
            servers.ForEach(static server => server.Dispose());
        }

        return times.ToDictionary(pair => pair.Key, pair => new Series(pair.Value));
    }

    private static double StartWithCaches(BenchmarkServer server)
    {
        foreach (string cache in Caches.All)
        {
            LoadGenerator.Fill(server, StoredSessions, cache);
        }

        server.StartAgain();
        Await(server);
        return Stopwatch.GetElapsedTime(server.StartedAt).TotalMilliseconds;
    }
}
