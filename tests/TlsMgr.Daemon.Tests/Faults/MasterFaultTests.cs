using System;
using System.Threading;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Testing.Load;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Faults of master(8): the daemon exits or serves as the contract requires.</summary>
[Trait("Needs", "root")]
public sealed class MasterFaultTests
{
    private const int StopSignal = 19;
    private const int ContinueSignal = 18;

    [Fact]
    public void Reloads_under_load_lose_no_confirmed_update()
    {
        using FaultRun run = FaultRun.Start();
        FakeMaster master = run.Daemon.Master;
        for (int i = 0; i < FaultRun.Choose(100, 10); i++)
        {
            run.Serve(500);
            SpawnedProcess before = master.Process;
            master.StartAgain();
            before.WaitForExit(PublishedBinary.Timeout).ShouldBe(0);
        }

        run.Serve(500);
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
        run.StopLoad().Requests.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_full_status_channel_does_not_block_the_daemon()
    {
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories(), readsStatus: false);

        run.Serve(2000);

        run.StopLoad();
        run.Daemon.HangUp().ShouldBe(0);
    }

    [Fact]
    public void When_master_dies_the_daemon_exits()
    {
        using FaultRun run = FaultRun.Start();
        run.Serve();

        run.Daemon.HangUp().ShouldBe(0);

        // The next master starts one on the same socket, where the clients have waited.
        run.Daemon.StartAgain();
        run.Serve();
    }

    [Fact]
    public void A_stopped_process_continues_without_losing_a_connection()
    {
        using FaultRun run = FaultRun.Start(new LoadSettings { Timeout = TimeSpan.FromMinutes(2) });
        run.Serve();
        SpawnedProcess process = run.Daemon.Master.Process;

        process.Signal(StopSignal);
        // The duration of the fault, not a synchronisation.
        Thread.Sleep(TimeSpan.FromSeconds(FaultRun.Choose(60, 3)));
        process.Signal(ContinueSignal);

        run.Serve();
        run.StopLoad().Reconnects.ShouldBe(0);
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
    }
}
