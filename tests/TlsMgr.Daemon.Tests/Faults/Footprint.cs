// What the daemon holds when nobody uses it, at one time after the other: where something leaks, it grows. Must never
// be read while a load is at work: what clients use for the moment is no leak.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Testing.Load;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Descriptors and memory of a daemon at rest.</summary>
internal sealed class Footprint : IDisposable
{
    /// <summary>No load, for the time until the descriptors at rest are known.</summary>
    internal static readonly LoadSettings Nobody = new() { Clients = 0 };

    /// <summary>
    /// The most that memory may grow from the median of the first half of all looks to that of the second, in KiB: in
    /// an hour, a leak of a mebibyte is found. When the collector has worked for the first time, a hundred thousand
    /// connections make a difference of less than a hundred.
    /// </summary>
    private const int ToleranceKibibytes = 512;

    private const int WarmUpConnections = 5000;

    private readonly FaultRun _run;
    private readonly AttributeClient _client;
    private readonly int _descriptors;
    private readonly List<int> _looks = [];

    /// <summary>Takes a run that has no load so far, and warms its daemon up.</summary>
    internal Footprint(FaultRun run)
    {
        _run = run;
        // When this one client has been greeted, the daemon serves, and nobody else is there.
        _client = run.Daemon.Connect();
        _client.ReadList();
        _descriptors = run.Daemon.Descriptors;
        WarmUp();
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Ends the load, which must have seen no wrong answer, and looks.</summary>
    internal LoadReport Look()
    {
        LoadReport report = _run.StopLoad();
        _looks.Add(MemoryAtRest());
        return report;
    }

    /// <summary>Compares the first half of the looks with the second.</summary>
    internal void ShouldBeFlat()
    {
        int half = _looks.Count / 2;
        (Median(_looks[half..]) - Median(_looks[..half])).ShouldBeLessThan(ToleranceKibibytes, ToString());
        _looks.Max().ShouldBeLessThan(FaultRun.MostMemoryKibibytes);
    }

    public override string ToString() =>
        $"{_descriptors} descriptors, KiB of anonymous memory: {string.Join(' ', _looks)}";

    /// <summary>Connects until the collector has worked for the first time and memory stands still.</summary>
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
            after.ShouldBeLessThan(FaultRun.MostMemoryKibibytes, "it grows and grows");
        }
        while (after - before > ToleranceKibibytes / 4);
    }

    /// <summary>Waits until the daemon has seen that all clients have left: it must have closed everything.</summary>
    private int MemoryAtRest()
    {
        SpinWait.SpinUntil(() => _run.Daemon.Descriptors == _descriptors, PublishedBinary.Patience);
        _run.Daemon.Descriptors.ShouldBe(_descriptors, "descriptors");
        return _run.Daemon.AnonymousKibibytes;
    }

    private static int Median(List<int> figures) => figures.Order().ElementAt(figures.Count / 2);
}
