// Invariant: measured only while no load runs; what clients use at the moment is no leak.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Testing.Load;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Measures descriptors and memory of an idle daemon repeatedly: a leak makes them grow.</summary>
internal sealed class Footprint : IDisposable
{
    /// <summary>An empty load, until the number of descriptors without clients is known.</summary>
    internal static readonly LoadSettings NoClients = new() { Clients = 0 };

    /// <summary>
    /// The maximum growth of memory from the median of the first half of all samples to that of the second, in KiB: a
    /// leak of a mebibyte per hour is detected. After the first collection, a hundred thousand connections change the
    /// memory by less than 100 KiB.
    /// </summary>
    private const int ToleranceKibibytes = 512;

    private const int WarmUpConnections = 5000;

    private readonly FaultRun _run;
    private readonly AttributeClient _client;
    private readonly int _descriptors;
    private readonly List<int> _samples = [];

    /// <summary>Warms the daemon of a run up that has no load so far.</summary>
    internal Footprint(FaultRun run)
    {
        _run = run;
        // When this client has been greeted, the daemon serves, and no other client is connected.
        _client = run.Daemon.Connect();
        _client.ReadList();
        _descriptors = run.Daemon.Descriptors;
        WarmUp();
    }

    public void Dispose() => _client.Dispose();

    /// <summary>
    /// Stops the load, checks that no reply was wrong, and adds a sample; returns the report of the load.
    /// </summary>
    internal LoadReport Measure()
    {
        LoadReport report = _run.StopLoad();
        _samples.Add(MemoryAtRest());
        return report;
    }

    /// <summary>Compares the first half of the samples with the second.</summary>
    internal void ShouldBeFlat()
    {
        int half = _samples.Count / 2;
        (Median(_samples[half..]) - Median(_samples[..half])).ShouldBeLessThan(ToleranceKibibytes, ToString());
        _samples.Max().ShouldBeLessThan(FaultRun.MaximumMemoryKibibytes);
    }

    public override string ToString() =>
        $"{_descriptors} descriptors, KiB of anonymous memory: {string.Join(' ', _samples)}";

    /// <summary>Makes connections until the first collection has run and memory is stable.</summary>
    private void WarmUp()
    {
        int before;
        int after = MemoryAtRest();
        do
        {
            before = after;
            _run.NextLoad(new LoadSettings { RequestsPerConnection = 1 });
            _run.Serve(WarmUpConnections);
            _run.StopLoad();
            after = MemoryAtRest();
            after.ShouldBeLessThan(FaultRun.MaximumMemoryKibibytes, "it keeps growing");
        }
        while (after - before > ToleranceKibibytes / 4);
    }

    /// <summary>Waits until the daemon has closed the descriptors of all clients; returns its memory in KiB.</summary>
    private int MemoryAtRest()
    {
        SpinWait.SpinUntil(() => _run.Daemon.Descriptors == _descriptors, PublishedBinary.Timeout);
        _run.Daemon.Descriptors.ShouldBe(_descriptors, "descriptors");
        return _run.Daemon.AnonymousKibibytes;
    }

    private static int Median(List<int> figures) => figures.Order().ElementAt(figures.Count / 2);
}
