// The memory of a daemon: when it has nothing to do, and at its highest under a mail server's load.

using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>Resident memory in megabytes: what no file backs, and all of it.</summary>
internal sealed record MemoryUse(double Anonymous, double Total)
{
    private const double KibibytesPerMegabyte = 1e6 / 1024;

    /// <summary>Reads what a process uses now.</summary>
    internal static MemoryUse Of(int processId)
    {
        string[] status = File.ReadAllLines($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/status");
        return new MemoryUse(Megabytes(status, "RssAnon:"), Megabytes(status, "VmRSS:"));
    }

    /// <summary>The larger of each.</summary>
    internal MemoryUse Or(MemoryUse other) =>
        new(Math.Max(Anonymous, other.Anonymous), Math.Max(Total, other.Total));

    private static double Megabytes(string[] status, string field) =>
        double.Parse(status.Single(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..^3],
            CultureInfo.InvariantCulture) / KibibytesPerMegabyte;
}

/// <summary>The memory of one daemon.</summary>
internal sealed record Memory(MemoryUse Idle, MemoryUse Busy)
{
    internal const int BusyConnections = 500;
    private const int BusyMilliseconds = 2000;
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Starts a daemon and measures it, with three caches of 10,000 sessions and 500 connections in the end.
    /// </summary>
    internal static Memory Measure(ServerDefinition definition)
    {
        using BenchmarkServer server = new(definition, isOnDisk: false);
        FirstAnswer.Await(server);
        MemoryUse idle = MemoryUse.Of(server.ProcessId);
        foreach (string cache in Caches.All)
        {
            LoadGenerator.Fill(server, 10_000, cache);
        }

        MemoryUse busy = MemoryUse.Of(server.ProcessId);
        using LoadGenerator load = LoadGenerator.Start(
            server, new LoadOrder(Verbs.Mix, BusyConnections, BusyMilliseconds));
        while (load.IsRunning)
        {
            busy = busy.Or(MemoryUse.Of(server.ProcessId));
            Thread.Sleep(LookPause);
        }

        load.Finish();
        server.End();
        return new Memory(idle, busy);
    }
}
