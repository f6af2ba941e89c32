using System;
using System.Collections.Generic;
using System.IO;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Whatever the external entropy source does: seeds are served from the first moment.</summary>
[Trait("Needs", "root")]
public sealed class EntropyFaultTests
{
    private const string ReseedOften = "tls_random_reseed_period = 1s";

    /// <summary>More than the ten seconds that a source may take.</summary>
    private static readonly TimeSpan MoreThanARound = TimeSpan.FromSeconds(11);

    [Theory]
    [InlineData("dev:/nonexistent/device", "warning: cannot open entropy device /nonexistent/device: No such file or directory")]
    [InlineData("/nonexistent/file", "warning: tls_prng_file_open: cannot open entropy file /nonexistent/file: No such file or directory")]
    [InlineData("egd:/nonexistent/server", "warning: cannot connect to EGD server /nonexistent/server: No such file or directory")]
    [InlineData("dev:/dev/null", "warning: cannot read from entropy device /dev/null: unexpected end of file")]
    public void A_missing_or_ended_source_is_told_once_and_serving_goes_on(string source, string warning)
    {
        using FaultRun run = FaultRun.Start(null, $"tls_random_source = {source}", ReseedOften);

        run.Serve(2000);

        IReadOnlyList<string> texts = run.Daemon.Log.WaitFor("warning", PublishedBinary.Patience);
        texts.ShouldHaveSingleItem().ShouldStartWith(warning);
        run.StopLoad();
    }

    [Fact]
    public void A_device_that_hangs_is_told_once_holds_nobody_up_and_is_used_when_it_gives_bytes()
    {
        using FaultShim clock = new("clock");
        DaemonDirectories directories = FaultRun.MakeDirectories();
        string pipe = Path.Combine(directories.Data, "entropy");
        CommandOutput.Of("/usr/bin/mkfifo", pipe).Status.ShouldBe(0);
        directories.Own(pipe);
        directories.WriteMainCf([.. FaultRun.CacheLines, $"tls_random_source = dev:{pipe}", ReseedOften]);
        // Who might write and does not: without, it would be at its end, and nothing would hang.
        using FileStream writer = new(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        using FaultRun run = FaultRun.Start(directories, shim: clock);
        ShouldHoldNobodyUp(run);

        clock.MonotonicShift = MoreThanARound;
        run.Daemon.Log.WaitFor("entropy", PublishedBinary.Patience).ShouldBe(
            [$"warning: cannot read from entropy device {pipe}: nothing to read within 10 seconds"]);
        run.Serve();
        writer.Write(new byte[byte.MaxValue]);

        run.Daemon.Log.WaitFor("entropy", PublishedBinary.Patience).ShouldBe([$"entropy source dev:{pipe} works again"]);
    }

    [Fact]
    public void A_server_that_says_nothing_is_told_once_holds_nobody_up_and_is_used_when_it_answers()
    {
        using FaultShim clock = new("clock");
        DaemonDirectories directories = FaultRun.MakeDirectories();
        string path = UseServer(directories);
        using ScriptedEntropyServer server = new(path) { IsSilent = true };
        using FaultRun run = FaultRun.Start(directories, shim: clock);
        server.WaitForRequest(PublishedBinary.Patience);
        ShouldHoldNobodyUp(run);

        // One round after the other fails; the last is answered.
        for (int round = 1; round <= 3; round++)
        {
            server.IsSilent = round < 3;
            clock.MonotonicShift = round * MoreThanARound;
            server.WaitForRequest(PublishedBinary.Patience);
        }

        run.Daemon.Log.WaitFor("works again", PublishedBinary.Patience).ShouldBe(
        [
            $"warning: lost connection to EGD server {path}: nothing to read within 10 seconds",
            $"entropy source egd:{path} works again",
        ]);
    }

    [Fact]
    public void A_server_that_goes_and_comes_back_is_connected_again()
    {
        DaemonDirectories directories = FaultRun.MakeDirectories();
        string path = UseServer(directories);
        ScriptedEntropyServer server = new(path);
        using FaultRun run = FaultRun.Start(directories);
        server.WaitForRequest(PublishedBinary.Patience);

        server.Dispose();
        run.Daemon.Log.WaitFor("EGD server", PublishedBinary.Patience);
        run.Serve();
        using ScriptedEntropyServer next = new(path);
        next.WaitForRequest(PublishedBinary.Patience);

        run.Daemon.Log.WaitFor($"entropy source egd:{path} works again", PublishedBinary.Patience);
        run.StopLoad();
    }

    /// <summary>Writes main.cf for an EGD server that can be reached from the jail, and answers its path.</summary>
    private static string UseServer(DaemonDirectories directories)
    {
        string path = Path.Combine(directories.Queue, "private", "egd");
        directories.WriteMainCf([.. FaultRun.CacheLines, $"tls_random_source = egd:{path}", ReseedOften]);
        return path;
    }

    /// <summary>The load began with the daemon: the longest of its waits is that for the first answer at least.</summary>
    private static void ShouldHoldNobodyUp(FaultRun run)
    {
        run.Serve(2000);
        run.NextLoad().PercentileMilliseconds(1).ShouldBeLessThan(10_000, "the original waits ten seconds for a source");
    }
}
