using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Testing.Load;
using Xunit;
using static TlsMgr.Daemon.Tests.Faults.OneSession;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// Restarts after every kind of end: the next daemon has exactly the sessions whose updates were confirmed.
/// </summary>
[Trait("Needs", "root")]
public sealed class CacheRestartTests
{
    private const int TerminateSignal = 15;
    private const int KillSignal = 9;

    /// <summary>The offset in a cache file of the mark that all data is on disk.</summary>
    private const int ClosedOffset = 2048 + 16;

    /// <summary>About ten times the usual, and less than a daemon takes that waits for a lock.</summary>
    private static readonly TimeSpan UsualStart = TimeSpan.FromSeconds(1);

    private const string MachineWentDown = "the machine went down while it was in use -- starting with an empty cache";

    /// <summary>Not traced: clients would ask before the next daemon has examined its files, and count a lost session.</summary>
    [Fact]
    [Trait("Traced", "not")]
    public void A_daemon_killed_at_any_moment_loses_no_session()
    {
        // The clients know which updates were confirmed, and check each reply against them.
        using FaultRun run = FaultRun.Start();
        System.Random random = new(1);
        List<TimeSpan> starts = [];
        for (int i = 0; i < FaultRun.Choose(200, 10); i++)
        {
            run.Serve(random.Next(1, 1500));
            run.Daemon.Kill();
            starts.Add(run.Daemon.StartAgain());
        }

        starts.Order().ElementAt(starts.Count / 2).ShouldBeLessThan(UsualStart);

        run.Serve(2000);
        LoadReport report = run.StopLoad();
        report.Hits.ShouldBeGreaterThan(0);
        report.Forgotten.ShouldBe(0);
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(TerminateSignal, Found)]
    [InlineData(KillSignal, NotFound)]
    public void Sessions_survive_a_restart_of_the_machine_but_not_its_crash(int signal, string expected)
    {
        using BootedMachine machine = new();
        using RunningDaemon daemon = new(FaultRun.CacheLines, ["-u", "-c"], binary: machine.Binary);
        daemon.Ask(Store).ShouldBe(Stored);
        End(daemon, signal);

        machine.BootAgain();
        daemon.StartAgain();

        daemon.Ask(Find).ShouldBe(expected);
        daemon.Log.TakeTexts().Count.ShouldBe(signal == KillSignal ? 2 : 0, "one for each cache");

        // A crash of the daemon alone, after the reboot.
        daemon.Ask(Store).ShouldBe(Stored);
        daemon.Kill();
        daemon.StartAgain();
        daemon.Ask(Find).ShouldBe(Found);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void Sessions_survive_a_reload_and_then_a_restart_of_the_machine_without_a_client_in_between()
    {
        using BootedMachine machine = new();
        using RunningDaemon daemon = new(FaultRun.CacheLines, ["-u", "-c"], binary: machine.Binary);
        daemon.Ask(Store).ShouldBe(Stored);
        End(daemon, signal: 0);

        machine.BootAgain();
        daemon.StartAgain();

        daemon.Ask(Find).ShouldBe(Found);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(KillSignal)]
    public void Sessions_survive_a_reload_and_a_crash_of_the_daemon_where_the_boot_id_is_hidden(int signal)
    {
        using BootedMachine machine = new();
        machine.HideIdentity();
        using RunningDaemon daemon = new(FaultRun.CacheLines, ["-u", "-c"], binary: machine.Binary);
        for (int i = 0; i < 2; i++)
        {
            daemon.Ask(Store).ShouldBe(Stored);
            End(daemon, signal);
            daemon.StartAgain();
            daemon.Ask(Find).ShouldBe(Found);
        }

        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void Sessions_survive_a_restart_of_the_machine_also_when_master_exits_first()
    {
        // First the shell that is the daemon's parent ends, then the status channel is closed.
        using BootedMachine machine = new();
        using RunningDaemon daemon = new(
            [FaultRun.CacheLines[0]], ["-u", "-c"], parentVersion: "3.7.11", binary: machine.Binary);
        daemon.Ask(Store).ShouldBe(Stored);
        daemon.Kill();
        daemon.Master.HangUp();
        string file = daemon.CacheFile;
        SpinWait.SpinUntil(() => IsClosed(file), PublishedBinary.Timeout).ShouldBeTrue();

        machine.BootAgain();
        daemon.StartAgain();

        daemon.Ask(Find).ShouldBe(Found);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void A_reload_does_not_wait_for_the_disk_and_a_stop_does()
    {
        using FaultShim shim = new("disk-flush");
        using RunningDaemon daemon = new(FaultRun.MakeDirectories(), ["-u", "-c"], shim: shim);
        daemon.Ask(Store).ShouldBe(Stored);
        shim.IsOn = true;
        for (int i = 0; i < 3; i++)
        {
            End(daemon, signal: 0);
            daemon.StartAgain();
            daemon.Ask(Find).ShouldBe(Found);
        }

        shim.FailedCalls.ShouldBe(0);
        End(daemon, TerminateSignal);
        shim.FailedCalls.ShouldBe(2, "once for each cache");
        daemon.StartAgain();
        daemon.Ask(Find).ShouldBe(Found, "the machine has not been restarted");
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void A_crash_of_the_machine_is_logged()
    {
        using BootedMachine machine = new();
        using RunningDaemon daemon = new([FaultRun.CacheLines[0]], ["-u", "-c"], binary: machine.Binary);
        daemon.Ask(Store).ShouldBe(Stored);
        daemon.Kill();
        machine.BootAgain();
        daemon.StartAgain();

        string file = daemon.CacheFile;
        daemon.Log.TakeTexts().ShouldBe([$"warning: {file}: {MachineWentDown}"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(TerminateSignal)]
    [InlineData(KillSignal)]
    public void No_session_is_kept_when_the_parameter_is_no(int signal)
    {
        using RunningDaemon daemon = new([.. FaultRun.CacheLines, "tlsmgr_session_cache_persist = no"], ["-u", "-c"]);
        daemon.Ask(Store).ShouldBe(Stored);
        daemon.Ask(Find).ShouldBe(Found);

        End(daemon, signal);
        daemon.StartAgain();

        daemon.Ask(Find).ShouldBe(NotFound);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void No_file_contains_a_ticket_key()
    {
        using RunningDaemon daemon = new(FaultRun.CacheLines, ["-u", "-c"]);
        byte[] key = Convert.FromBase64String(daemon.Ask("request|tktkey|keyname|||").Split('|')[3]);
        daemon.Ask(Store);
        daemon.HangUp().ShouldBe(0);

        string[] files =
            [.. Directory.GetFiles(daemon.Directories.Data).Where(path => !path.EndsWith("control", StringComparison.Ordinal))];
        files.Length.ShouldBe(4, "the exchange file, the seal of kept keys and two caches");
        foreach (string file in files)
        {
            File.ReadAllBytes(file).AsSpan().IndexOf(key.AsSpan(0, 16)).ShouldBe(-1, file);
        }
    }

    /// <summary>Whether a cache file has the mark that it was closed with all data on disk.</summary>
    internal static bool IsClosed(string file) => File.ReadAllBytes(file)[ClosedOffset] == 1;

    /// <summary>Ends the daemon by a signal, or, with 0, as a reload does.</summary>
    private static void End(RunningDaemon daemon, int signal)
    {
        if (signal == 0)
        {
            daemon.HangUp().ShouldBe(0);
        }
        else
        {
            daemon.Master.Process.Signal(signal);
            daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(-signal);
        }
    }
}
