using System;
using System.Threading;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Testing.Load;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Whatever master(8) does or stops doing: the daemon ends or goes on as the contract says.</summary>
[Trait("Needs", "root")]
public sealed class MasterFaultTests
{
    private const int StopSignal = 19;
    private const int ContinueSignal = 18;

    [Fact]
    public void Reloads_under_load_lose_no_answer_that_was_given()
    {
        using FaultRun run = FaultRun.Start();
        FakeMaster master = run.Daemon.Master;
        for (int i = 0; i < FaultRun.Choose(100, 10); i++)
        {
            run.Serve(500);
            SpawnedProcess before = master.Process;
            master.StartAgain();
            before.WaitForExit(PublishedBinary.Patience).ShouldBe(0);
        }

        run.Serve(500);
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
        run.StopLoad().Requests.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_full_status_channel_stops_nothing()
    {
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories(), readsStatus: false);

        run.Serve(2000);

        run.StopLoad();
        run.Daemon.HangUp().ShouldBe(0);
    }

    [Fact]
    public void When_master_dies_the_daemon_ends_and_leaves_no_orphan()
    {
        using FaultRun run = FaultRun.Start();
        run.Serve();

        run.Daemon.HangUp().ShouldBe(0);

        // By the next master, on the same socket: the clients have waited for it.
        run.Daemon.StartAgain();
        run.Serve();
    }

    [Fact]
    public void A_stopped_process_goes_on_where_it_was()
    {
        using FaultRun run = FaultRun.Start(new LoadSettings { Timeout = TimeSpan.FromMinutes(2) });
        run.Serve();
        SpawnedProcess process = run.Daemon.Master.Process;

        process.Signal(StopSignal);
        // The fault itself lasts this long; nothing is waited for.
        Thread.Sleep(TimeSpan.FromSeconds(FaultRun.Choose(60, 3)));
        process.Signal(ContinueSignal);

        run.Serve();
        run.StopLoad().Reconnects.ShouldBe(0);
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
    }
}
