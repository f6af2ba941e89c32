using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>A cache of a million sessions: the speed of lookups, and the delay while they are swept.</summary>
/// <param name="LookupRatio">Lookups per second, against those in a cache of 10,000 of the same daemon.</param>
/// <param name="SlowestBeside">The slowest request of each second without the sweep, in milliseconds.</param>
/// <param name="SlowestDuring">The slowest request of each second of the sweep, in milliseconds.</param>
internal sealed record MillionSessions(Series LookupRatio, Series SlowestBeside, Series SlowestDuring)
{
    private const int Sessions = 1_000_000;
    private const int FewSessions = 10_000;
    private const int Connections = 16;
    private const string FewCache = "smtp";
    private const int WarmUpMilliseconds = 5000;

    /// <summary>The shortest valid timeout; the sweeps have the same period, counted from the start.</summary>
    private const int TimeoutSeconds = 120;

    /// <summary>The second sweep is the first that finds all sessions expired. The load begins before it.</summary>
    private static readonly TimeSpan LoadFrom = TimeSpan.FromSeconds((2 * TimeoutSeconds) - 8);

    private const int LoadSeconds = 30;

    /// <summary>A pause in the load, once a second. Only the sweep writes in it: a write shows that it runs.</summary>
    private static readonly TimeSpan SweepProbe = TimeSpan.FromMilliseconds(100);

    internal static MillionSessions Measure(ServerDefinition definition, Plan plan)
    {
        using BenchmarkServer server = new(
            definition, isOnDisk: true, $"smtpd_tls_session_cache_timeout = {TimeoutSeconds}s",
            "smtpd_tls_session_cache_size_limit = 0");
        FirstReply.Await(server);
        LoadGenerator.Fill(server, FewSessions, FewCache);
        LoadGenerator.Fill(server, Sessions);
        Series ratio = CompareLookups(server, plan);
        TimeSpan wait = LoadFrom - Stopwatch.GetElapsedTime(server.StartedAt);
        Thread.Sleep(wait > TimeSpan.Zero ? wait : throw new BenchmarkException("the sweep began before the load"));
        LoadGenerator.Fill(server, FewSessions, FewCache);
        LoadGenerator.Fill(server, FewSessions);
        (Series beside, Series during) = WatchSweep(server);
        server.End();
        return new MillionSessions(ratio, beside, during);
    }

    /// <summary>
    /// A mail server's mix, second by second: half of the clients use the cache that is swept, for the sessions stored
    /// last, and half another cache.
    /// </summary>
    private static (Series Beside, Series During) WatchSweep(BenchmarkServer server)
    {
        LoadProfile other = new(Verbs.Mix, Connections / 2, 1000) { Keys = FewSessions, Cache = FewCache };
        LoadProfile swept = other with { Cache = Caches.Smtpd, TimeoutSeconds = TimeoutSeconds };
        List<double> beside = [];
        List<double> during = [];
        bool wasSweeping = IsSweeping(server.ProcessId);
        for (int i = 0; i < LoadSeconds; i++)
        {
            using LoadGenerator load = LoadGenerator.Start(server, swept);
            double unswept = LoadGenerator.Run(server, other).Slowest;
            double slowest = double.Max(unswept, load.Finish().Slowest) / 1000;
            bool isSweeping = IsSweeping(server.ProcessId);
            (wasSweeping || isSweeping ? during : beside).Add(slowest);
            wasSweeping = isSweeping;
        }

        return during.Count > 0 && beside.Count > 0 && !wasSweeping
            ? (new Series(beside), new Series(during))
            : throw new BenchmarkException("the sweep did not begin and end during the load");
    }

    private static bool IsSweeping(int processId)
    {
        long before = WrittenBytes(processId);
        Thread.Sleep(SweepProbe);
        return WrittenBytes(processId) > before;
    }

    private static Series CompareLookups(BenchmarkServer server, Plan plan)
    {
        LoadProfile many = new(Verbs.Lookup, Connections, plan.MeasurementMilliseconds) { Keys = Sessions };
        LoadProfile few = many with { Keys = FewSessions, Cache = FewCache };
        LoadGenerator.Run(server, many with { Milliseconds = WarmUpMilliseconds });
        List<double> ratios = [];
        for (int round = 0; round < plan.Rounds; round++)
        {
            double slow = LoadGenerator.Run(server, many).RequestsPerSecond;
            ratios.Add(slow / LoadGenerator.Run(server, few).RequestsPerSecond);
        }

        return new Series(ratios);
    }

    private static long WrittenBytes(int processId)
    {
        const string Field = "write_bytes:";
        string line = File.ReadLines($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/io")
            .Single(line => line.StartsWith(Field, StringComparison.Ordinal));
        return long.Parse(line[Field.Length..], CultureInfo.InvariantCulture);
    }
}
