using System.Threading;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// When the mark in a cache file is written to disk. A file that was closed with all data on disk must not keep that
/// mark while its next owner changes it: after a crash of the machine, it would be taken for complete.
/// </summary>
[Trait("Needs", "root")]
public sealed class CacheFlushTests
{
    private const int TerminateSignal = 15;

    [Theory]
    [InlineData(TerminateSignal, 2)]
    [InlineData(0, 0)]
    public void A_start_waits_for_the_disk_only_behind_a_stop(int signal, int flushes)
    {
        using FaultShim shim = new("disk-flush");
        using RunningDaemon daemon = new(FaultRun.MakeDirectories(), ["-u", "-c"], shim: shim);
        daemon.Ask(OneSession.Store).ShouldBe(OneSession.Stored);
        if (signal == 0)
        {
            daemon.HangUp().ShouldBe(0);
        }
        else
        {
            daemon.Master.Process.Signal(signal);
            daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(-signal);
        }

        shim.IsOn = true;
        daemon.StartAgain();
        if (flushes > 0)
        {
            daemon.Log.WaitFor("Input/output error", PublishedBinary.Timeout);
        }

        SpinWait.SpinUntil(() => shim.FailedCalls >= flushes, PublishedBinary.Timeout);
        shim.FailedCalls.ShouldBe(flushes, "once for each cache that was closed");
    }
}
