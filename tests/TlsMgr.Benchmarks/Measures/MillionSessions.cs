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
/// <param name="SlowestBefore">The slowest request before the sweep, in milliseconds.</param>
/// <param name="SlowestDuring">The slowest request while the sweep ran, in milliseconds.</param>
internal sealed record MillionSessions(double LookupRatio, double SlowestBefore, double SlowestDuring)
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

    private const int LoadMilliseconds = 30_000;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>A sweep of so many sessions writes more than this, in bytes.</summary>
    private const long SweepBytes = 100_000_000;

    internal static MillionSessions Measure(ServerDefinition definition, Plan plan)
    {
        using BenchmarkServer server = new(
            definition, isOnDisk: true, $"smtpd_tls_session_cache_timeout = {TimeoutSeconds}s");
        FirstAnswer.Await(server);
        LoadGenerator.Fill(server, FewSessions, FewCache);
        LoadGenerator.Fill(server, Sessions);
        double ratio = CompareLookups(server, plan);

        // The same load for the same time, without the sweep and with it.
        LoadOrder load = new(Verbs.Lookup, Connections, LoadMilliseconds) { Keys = FewSessions, Cache = FewCache };
        LoadResult before = LoadGenerator.Run(server, load);
        TimeSpan wait = LoadFrom - Stopwatch.GetElapsedTime(server.StartedAt);
        Thread.Sleep(wait > TimeSpan.Zero ? wait : throw new BenchmarkException("the sweep began before the load"));
        long writtenBefore = WrittenBytes(server.ProcessId);
        LoadResult during = LoadGenerator.Run(server, load);
        long written = WrittenBytes(server.ProcessId);
        Thread.Sleep(Rest);
        if (written - writtenBefore < SweepBytes || WrittenBytes(server.ProcessId) != written)
        {
            throw new BenchmarkException("the sweep did not begin and end while the load ran");
        }

        server.End();
        return new MillionSessions(ratio, before.Slowest / 1000, during.Slowest / 1000);
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
