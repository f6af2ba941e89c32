// A cache of a million sessions: what lookups cost in it, and what its sweep costs the others when all have expired.

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

/// <summary>What a million sessions cost.</summary>
/// <param name="LookupRatio">Lookups per second, against those in a cache of 10,000 of the same daemon.</param>
/// <param name="SlowestBeside">The slowest lookup of each second without the sweep, in milliseconds.</param>
/// <param name="SlowestDuring">The slowest lookup of each second of the sweep, in milliseconds.</param>
internal sealed record MillionSessions(double LookupRatio, Series SlowestBeside, Series SlowestDuring)
{
    private const int Sessions = 1_000_000;
    private const int FewSessions = 10_000;
    private const int Connections = 16;
    private const string FewCache = "smtp";
    private const int WarmUpMilliseconds = 5000;

    /// <summary>The shortest timeout there is; sweeps come in the same rhythm, counted from the start.</summary>
    private const int TimeoutSeconds = 120;

    /// <summary>The second sweep is the first that finds all sessions expired. The load begins before it.</summary>
    private static readonly TimeSpan LoadFrom = TimeSpan.FromSeconds((2 * TimeoutSeconds) - 5);

    private const int LoadSeconds = 30;

    /// <summary>A sweep of so many sessions writes more than this, in bytes.</summary>
    private const long SweepBytes = 100_000_000;

    internal static MillionSessions Measure(ServerDefinition definition, Plan plan)
    {
        using BenchmarkServer server = new(
            definition, isOnDisk: true, $"smtpd_tls_session_cache_timeout = {TimeoutSeconds}s",
            "smtpd_tls_session_cache_size_limit = 0");
        FirstAnswer.Await(server);
        LoadGenerator.Fill(server, FewSessions, FewCache);
        LoadGenerator.Fill(server, Sessions);
        double ratio = CompareLookups(server, plan);
        TimeSpan wait = LoadFrom - Stopwatch.GetElapsedTime(server.StartedAt);
        Thread.Sleep(wait > TimeSpan.Zero ? wait : throw new BenchmarkException("the sweep began before the load"));
        (Series beside, Series during) = WatchSweep(server);
        server.End();
        return new MillionSessions(ratio, beside, during);
    }

    /// <summary>
    /// Looks up second by second. Nothing but the sweep writes meanwhile: that tells in which seconds it ran.
    /// </summary>
    private static (Series Beside, Series During) WatchSweep(BenchmarkServer server)
    {
        LoadOrder second = new(Verbs.Lookup, Connections, 1000) { Keys = FewSessions, Cache = FewCache };
        List<double> beside = [];
        List<double> during = [];
        bool isSweeping = false;
        long sweptBytes = 0;
        for (int i = 0; i < LoadSeconds; i++)
        {
            long before = WrittenBytes(server.ProcessId);
            double slowest = LoadGenerator.Run(server, second).Slowest / 1000;
            long written = WrittenBytes(server.ProcessId) - before;
            isSweeping = written > 0;
            sweptBytes += written;
            (isSweeping ? during : beside).Add(slowest);
        }

        return sweptBytes >= SweepBytes && !isSweeping
            ? (new Series(beside), new Series(during))
            : throw new BenchmarkException("the sweep did not begin and end while the load ran");
    }

    private static double CompareLookups(BenchmarkServer server, Plan plan)
    {
        LoadOrder many = new(Verbs.Lookup, Connections, plan.MeasurementMilliseconds) { Keys = Sessions };
        LoadOrder few = many with { Keys = FewSessions, Cache = FewCache };
        LoadGenerator.Run(server, many with { Milliseconds = WarmUpMilliseconds });
        List<double> ratios = [];
        for (int round = 0; round < plan.Rounds; round++)
        {
            double slow = LoadGenerator.Run(server, many).RequestsPerSecond;
            ratios.Add(slow / LoadGenerator.Run(server, few).RequestsPerSecond);
        }

        return new Series(ratios).Median;
    }

    private static long WrittenBytes(int processId)
    {
        const string Field = "write_bytes:";
        string line = File.ReadLines($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/io")
            .Single(line => line.StartsWith(Field, StringComparison.Ordinal));
        return long.Parse(line[Field.Length..], CultureInfo.InvariantCulture);
    }
}
