using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using TlsMgr.Benchmarks.Servers;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>What a pool costs this build, start by start.</summary>
/// <param name="Median">p50 of requests for the ticket key of one client, against the slower of two without.</param>
/// <param name="P99">p99 of the same.</param>
/// <param name="FirstSeed">Start to the first seed with a state that is a year old, against one without a pool.</param>
/// <param name="Kibibytes">Anonymous memory above the larger of two without, after these requests.</param>
internal sealed record PoolCost(Series Median, Series P99, Series FirstSeed, Series Kibibytes)
{
    private const int Starts = 9;
    private const int WarmUp = 500;
    private const int Requests = 4000;
    private const int YearSeconds = 365 * 86400;
    private const double KibibytesPerMegabyte = 1e6 / 1024;

    /// <summary>Measures one start of each kind in turns.</summary>
    internal static PoolCost Measure(ServerDefinition build)
    {
        ServerDefinition plain = build with { CacheType = null };
        ServerDefinition fresh = plain with { Prepare = directories => WriteState(directories, ageSeconds: 0) };
        ServerDefinition old = plain with { Prepare = directories => WriteState(directories, YearSeconds) };
        List<double> median = [];
        List<double> p99 = [];
        List<double> firstSeed = [];
        List<double> kibibytes = [];
        for (int start = 0; start < Starts; start++)
        {
            Run first = Run.Of(plain);
            Run pool = Run.Of(fresh, $"tlsmgr_pool_name = {PoolHost.PoolName}");
            Run second = Run.Of(plain);
            Run late = Run.Of(old, $"tlsmgr_pool_name = {PoolHost.PoolName}");
            median.Add(pool.Median / Math.Max(first.Median, second.Median));
            p99.Add(pool.P99 / Math.Max(first.P99, second.P99));
            firstSeed.Add(late.FirstSeed / Math.Max(first.FirstSeed, second.FirstSeed));
            kibibytes.Add((pool.Megabytes - Math.Max(first.Megabytes, second.Megabytes)) * KibibytesPerMegabyte);
        }

        return new PoolCost(new Series(median), new Series(p99), new Series(firstSeed), new Series(kibibytes));
    }

    private static void WriteState(DaemonDirectories directories, int ageSeconds)
    {
        string path = Path.Combine(directories.Data, "pool_state");
        PoolHost.WriteState(path, ageSeconds);
        directories.Own(path);
    }

    /// <summary>One start: milliseconds to the first seed, microseconds of requests, anonymous memory.</summary>
    private readonly record struct Run(double FirstSeed, double Median, double P99, double Megabytes)
    {
        internal static Run Of(ServerDefinition definition, params string[] mainCf)
        {
            using BenchmarkServer server = new(definition, isOnDisk: false, mainCf);
            FirstReply.Await(server);
            double firstSeed = Stopwatch.GetElapsedTime(server.StartedAt).TotalMilliseconds;
            using AttributeClient client = server.Connect();
            client.ReadList();
            Ask(client, WarmUp);
            double[] microseconds = Ask(client, Requests);
            double megabytes = MemoryUse.Of(server.ProcessId).Anonymous;
            server.End();
            return new Run(firstSeed, microseconds[Requests / 2], microseconds[Requests * 99 / 100], megabytes);
        }

        /// <summary>Requests the current ticket key so often; the times in order.</summary>
        private static double[] Ask(AttributeClient client, int count)
        {
            double[] microseconds = new double[count];
            for (int index = 0; index < count; index++)
            {
                long start = Stopwatch.GetTimestamp();
                client.Send(("request", "tktkey"u8.ToArray()), ("keyname", []));
                (string, byte[] Value)[] reply = [.. client.ReadList()];
                microseconds[index] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                if (!reply[0].Value.SequenceEqual("0"u8.ToArray()))
                {
                    throw new BenchmarkException("a request for a ticket key failed");
                }
            }

            Array.Sort(microseconds);
            return microseconds;
        }
    }
}
