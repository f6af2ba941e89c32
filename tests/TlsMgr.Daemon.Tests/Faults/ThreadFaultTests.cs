using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using Shouldly;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// No thread can be created: the service runs with its main thread, in its sandbox, and exits in order.
/// </summary>
[Trait("Needs", "root")]
public sealed class ThreadFaultTests
{
    /// <summary>RLIMIT_NPROC counts the user's threads: the daemon already has two, so any other is refused.</summary>
    private const string OneThread = "prlimit --nproc=1";

    private static readonly string[] Warnings =
    [
        "warning: watchdog: cannot create thread -- continuing without watchdog",
        "warning: sandbox: cannot create thread -- violations are reported in the kernel's log only",
    ];

    [Fact]
    public void Each_missing_thread_is_logged_and_the_service_runs()
    {
        using PreparedBinary binary = PreparedBinary.WithFault("threads");
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories(), binary: binary.Path);

        run.Serve(2000);

        run.Daemon.Log.TakeTexts().ShouldBe(Warnings);
        run.Daemon.StatusOf("Seccomp").ShouldBe("2");
        run.StopLoad();
        run.Daemon.HangUp().ShouldBe(0);
    }

    [Theory]
    [InlineData(SignalNumber.Terminate)]
    [InlineData(SignalNumber.Interrupt)]
    [InlineData(SignalNumber.HangUp)]
    public void When_the_library_creates_no_thread_a_signal_ends_it_in_order(int signal)
    {
        using PreparedBinary binary = PreparedBinary.WithFault("threads");
        EndsInOrder(binary.Path, signal, Warnings);
    }

    [Fact]
    public void When_the_kernel_creates_no_thread_a_signal_ends_it_in_order()
    {
        using PreparedBinary binary = PreparedBinary.After($"{OneThread} --pid $$");
        EndsInOrder(binary.Path, SignalNumber.Terminate, Warnings);
    }

    [Fact]
    public void When_the_kernel_creates_no_further_thread_a_signal_ends_it_in_order() =>
        EndsInOrder(PublishedBinary.Path, SignalNumber.Terminate, [], limitsLater: true);

    /// <summary>
    /// Checks that a signal ends the daemon by that signal, with its state saved and the cache closed on disk.
    /// </summary>
    private static void EndsInOrder(string binary, int signal, IEnumerable<string> warnings, bool limitsLater = false)
    {
        using RunningDaemon daemon = new(FaultRun.CacheLines, ["-u", "-c"], binary: binary);
        daemon.Ask(OneSession.Store).ShouldBe(OneSession.Stored);
        byte[] exchangeFile = File.ReadAllBytes(daemon.ExchangeFile);
        CacheRestartTests.IsClosed(daemon.CacheFile).ShouldBeFalse();
        if (limitsLater)
        {
            // As the daemon's user: root in a container may lack the right.
            string owner = daemon.Directories.Owner;
            using Process limit = Process.Start(
                "setpriv",
                $"--reuid={owner} --regid={owner} --clear-groups {OneThread} --pid {daemon.Master.Process.Id}");
            limit.WaitForExit();
            limit.ExitCode.ShouldBe(0);
        }

        daemon.Master.Process.Signal(signal);

        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(-signal);
        File.ReadAllBytes(daemon.ExchangeFile).ShouldNotBe(exchangeFile);
        CacheRestartTests.IsClosed(daemon.CacheFile).ShouldBeTrue();
        daemon.Log.TakeTexts().ShouldBe(warnings);
    }
}
