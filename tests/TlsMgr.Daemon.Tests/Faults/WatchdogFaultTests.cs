using System;
using System.Diagnostics;
using System.Threading;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>daemon_timeout: the watchdog ends a daemon whose loop is stuck, and not an idle one.</summary>
[Trait("Needs", "root")]
public sealed class WatchdogFaultTests
{
    private const int Stick = 12; // SIGUSR2
    private const int ExitStatus = 1;
    private const int TimeoutSeconds = 3;
    private const string ShortTimeout = "daemon_timeout = 3s";
    private const string Seed = "request|seed|size|32||";

    private static readonly string[] InJail = ["-u", "-c"];

    [Theory]
    [InlineData("yes", "2")]
    [InlineData("no", "0")]
    public void A_stuck_daemon_is_ended_after_its_timeout_and_the_next_one_serves(string sandbox, string seccomp)
    {
        using PreparedBinary binary = PreparedBinary.WithFault("stuck");
        using RunningDaemon daemon = new([ShortTimeout, $"tlsmgr_sandbox = {sandbox}"], InJail, binary: binary.Path);
        daemon.Ask(Seed).ShouldStartWith("status|0|seed|");
        daemon.StatusOf("Seccomp").ShouldBe(seccomp);

        long start = Stopwatch.GetTimestamp();
        daemon.Master.Process.Signal(Stick);
        using AttributeClient client = daemon.Connect();
        client.SendBytes(RunningDaemon.Bytes(Seed));

        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(ExitStatus);
        Stopwatch.GetElapsedTime(start).ShouldBeGreaterThan(TimeSpan.FromSeconds(TimeoutSeconds - 1));
        daemon.Log.TakeTexts().ShouldBe(["fatal: watchdog timeout"]);
        daemon.StartAgain();
    }

    [Fact]
    public void An_idle_daemon_is_not_ended()
    {
        using RunningDaemon daemon = new([ShortTimeout], InJail);
        daemon.Ask(Seed).ShouldStartWith("status|0|seed|");

        // Longer than the timeout after which a stuck daemon is ended.
        daemon.Master.Process.WaitForExit(TimeSpan.FromSeconds((2 * TimeoutSeconds) + 1)).ShouldBeNull();

        daemon.Ask(Seed).ShouldStartWith("status|0|seed|");
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("74d")]
    [InlineData("100d")]
    [InlineData("2147483647s")]
    public void A_long_timeout_is_accepted(string timeout)
    {
        using RunningDaemon daemon = new([$"daemon_timeout = {timeout}"], InJail);
        daemon.Ask(Seed).ShouldStartWith("status|0|seed|");

        // By then the watchdog's thread has begun to wait, or has failed.
        Thread.Sleep(TimeSpan.FromMilliseconds(200));

        daemon.Ask(Seed).ShouldStartWith("status|0|seed|");
        daemon.Log.TakeTexts().ShouldBeEmpty();
        daemon.HangUp().ShouldBe(0);
    }
}
