using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>Resident memory in megabytes: anonymous, and all of it.</summary>
internal sealed record MemoryUse(double Anonymous, double Total)
{
    private const double KibibytesPerMegabyte = 1e6 / 1024;

    /// <summary>Reads the present use of a process.</summary>
    internal static MemoryUse Of(int processId)
    {
        string[] status = File.ReadAllLines($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/status");
        return new MemoryUse(Megabytes(status, "RssAnon:"), Megabytes(status, "VmRSS:"));
    }

    /// <summary>The larger value of each figure.</summary>
    internal MemoryUse Max(MemoryUse other) =>
        new(Math.Max(Anonymous, other.Anonymous), Math.Max(Total, other.Total));

    private static double Megabytes(string[] status, string field) =>
        double.Parse(status.Single(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..^3],
            CultureInfo.InvariantCulture) / KibibytesPerMegabyte;
}

/// <summary>The memory of one daemon: idle, and at its highest under a mail server's load.</summary>
internal sealed record Memory(MemoryUse Idle, MemoryUse Busy)
{
    internal const int BusyConnections = 500;
    private const int BusyMilliseconds = 2000;
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Measures a started daemon, then one with three caches of 10,000 sessions and 500 connections.</summary>
    internal static Memory Measure(ServerDefinition definition)
    {
        using BenchmarkServer server = new(definition, isOnDisk: false);
        FirstReply.Await(server);
        MemoryUse idle = MemoryUse.Of(server.ProcessId);
        foreach (string cache in Caches.All)
        {
            LoadGenerator.Fill(server, 10_000, cache);
        }

        MemoryUse busy = MemoryUse.Of(server.ProcessId);
        using LoadGenerator load = LoadGenerator.Start(
            server, new LoadProfile(Verbs.Mix, BusyConnections, BusyMilliseconds));
        while (load.IsRunning)
        {
            busy = busy.Max(MemoryUse.Of(server.ProcessId));
            Thread.Sleep(SampleInterval);
        }

        load.Finish();
        server.End();
        return new Memory(idle, busy);
    }
}
