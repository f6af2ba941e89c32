using System;
using System.Collections.Generic;
using System.IO;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Faults of the external entropy source: seeds are served from the start.</summary>
[Trait("Needs", "root")]
public sealed class EntropyFaultTests
{
    private const string ReseedOften = "tls_random_reseed_period = 1s";

    /// <summary>More than the ten seconds after which a source times out.</summary>
    private static readonly TimeSpan LongerThanTimeout = TimeSpan.FromSeconds(11);

    [Theory]
    [InlineData("dev:/nonexistent/device", "warning: cannot open entropy device /nonexistent/device: No such file or directory")]
    [InlineData("/nonexistent/file", "warning: tls_prng_file_open: cannot open entropy file /nonexistent/file: No such file or directory")]
    [InlineData("egd:/nonexistent/server", "warning: cannot connect to EGD server /nonexistent/server: No such file or directory")]
    [InlineData("dev:/dev/null", "warning: cannot read from entropy device /dev/null: unexpected end of file")]
    public void A_missing_or_ended_source_is_logged_once_and_seeds_are_served(string source, string warning)
    {
        using FaultRun run = FaultRun.Start(null, $"tls_random_source = {source}", ReseedOften);

        run.Serve(2000);

        IReadOnlyList<string> texts = run.Daemon.Log.WaitFor("warning", PublishedBinary.Timeout);
        texts.ShouldHaveSingleItem().ShouldStartWith(warning);
        run.StopLoad();
    }

    [Fact]
    public void A_blocked_device_delays_no_client_is_logged_once_and_is_used_when_it_has_bytes()
    {
        using FaultShim clock = new("clock");
        DaemonDirectories directories = FaultRun.MakeDirectories();
        string pipe = Path.Combine(directories.Data, "entropy");
        CommandOutput.Of("/usr/bin/mkfifo", pipe).Status.ShouldBe(0);
        directories.Own(pipe);
        directories.WriteMainCf([.. FaultRun.CacheLines, $"tls_random_source = dev:{pipe}", ReseedOften]);
        // A writer that writes nothing: without it, the pipe would be at its end instead of blocking.
        using FileStream writer = new(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        using FaultRun run = FaultRun.Start(directories, shim: clock);
        ShouldNotDelayClients(run);

        clock.MonotonicShift = LongerThanTimeout;
        run.Daemon.Log.WaitFor("entropy", PublishedBinary.Timeout).ShouldBe(
            [$"warning: cannot read from entropy device {pipe}: nothing to read within 10 seconds"]);
        run.Serve();
        writer.Write(new byte[byte.MaxValue]);

        run.Daemon.Log.WaitFor("entropy", PublishedBinary.Timeout).ShouldBe([$"entropy source dev:{pipe} works again"]);
    }

    [Fact]
    public void A_silent_server_delays_no_client_is_logged_once_and_is_used_when_it_replies()
    {
        using FaultShim clock = new("clock");
        DaemonDirectories directories = FaultRun.MakeDirectories();
        string path = UseServer(directories);
        using ScriptedEntropyServer server = new(path) { IsSilent = true };
        using FaultRun run = FaultRun.Start(directories, shim: clock);
        server.WaitForRequest(PublishedBinary.Timeout);
        ShouldNotDelayClients(run);

        // Each attempt times out, until the last one gets a reply.
        for (int round = 1; round <= 3; round++)
        {
            server.IsSilent = round < 3;
            clock.MonotonicShift = round * LongerThanTimeout;
            server.WaitForRequest(PublishedBinary.Timeout);
        }

        run.Daemon.Log.WaitFor("works again", PublishedBinary.Timeout).ShouldBe(
        [
            $"warning: lost connection to EGD server {path}: nothing to read within 10 seconds",
            $"entropy source egd:{path} works again",
        ]);
    }

    [Fact]
    public void A_server_that_is_restarted_is_connected_again()
    {
        DaemonDirectories directories = FaultRun.MakeDirectories();
        string path = UseServer(directories);
        ScriptedEntropyServer server = new(path);
        using FaultRun run = FaultRun.Start(directories);
        server.WaitForRequest(PublishedBinary.Timeout);

        server.Dispose();
        run.Daemon.Log.WaitFor("EGD server", PublishedBinary.Timeout);
        run.Serve();
        using ScriptedEntropyServer next = new(path);
        next.WaitForRequest(PublishedBinary.Timeout);

        run.Daemon.Log.WaitFor($"entropy source egd:{path} works again", PublishedBinary.Timeout);
        run.StopLoad();
    }

    /// <summary>Writes main.cf for an EGD server that can be reached from the jail; returns its path.</summary>
    private static string UseServer(DaemonDirectories directories)
    {
        string path = Path.Combine(directories.Queue, "private", "egd");
        directories.WriteMainCf([.. FaultRun.CacheLines, $"tls_random_source = egd:{path}", ReseedOften]);
        return path;
    }

    /// <summary>The load began with the daemon, so its longest wait includes the one for the first reply.</summary>
    private static void ShouldNotDelayClients(FaultRun run)
    {
        run.Serve(2000);
        run.NextLoad().PercentileMilliseconds(1).ShouldBeLessThan(10_000, "Postfix waits ten seconds for a source");
    }
}
