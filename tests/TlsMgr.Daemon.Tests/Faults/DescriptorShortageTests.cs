using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// Few descriptors (RLIMIT_NOFILE): clients get theirs before session caches and the control socket. A daemon that runs
/// serves at least one client.
/// </summary>
[Trait("Needs", "root")]
[Trait("Traced", "not")]
public sealed class DescriptorShortageTests
{
    private const string Seed = "request|seed|size|32||";
    private const string Policy = "request|policy|cache_type|smtpd||";

    /// <summary>
    /// Descriptors that are enough for one client. The daemon needs 13, and may inherit some of this test process.
    /// </summary>
    private const int EnoughToServe = 18;

    /// <summary>Longer than the pause between a fatal record and the exit.</summary>
    private static readonly TimeSpan Fatal = TimeSpan.FromSeconds(1.5);

    [Fact]
    public void With_every_small_number_of_descriptors_a_client_is_served_or_the_start_is_fatal()
    {
        int firstServed = int.MaxValue;
        for (int limit = 12; limit <= 40; limit++)
        {
            using PreparedBinary binary = PreparedBinary.After($"ulimit -n {limit}");
            using RunningDaemon daemon = new(FaultRun.CacheLines, ["-u", "-c"], binary: binary.Path);
            if (limit < EnoughToServe && daemon.Master.Process.WaitForExit(Fatal) is { } status)
            {
                status.ShouldBe(1);
                daemon.Log.TakeTexts().ShouldHaveSingleItem().ShouldStartWith("fatal: ");
                firstServed.ShouldBe(int.MaxValue, $"fewer than {limit} descriptors are enough");
            }
            else
            {
                firstServed = int.Min(firstServed, limit);
                ShouldServe(daemon, limit);
            }
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    public void Without_a_descriptor_for_a_client_the_start_is_fatal(int limit)
    {
        using PreparedBinary binary = PreparedBinary.After($"ulimit -n {limit}");
        using RunningDaemon daemon = new(FaultRun.CacheLines, ["-u", "-c"], binary: binary.Path);

        daemon.Log.WaitFor("fatal", PublishedBinary.Timeout).ShouldBe(
            [$"fatal: no descriptor is left for a client: RLIMIT_NOFILE is {limit}"]);
        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(1);
    }

    [Theory]
    [InlineData(20, "smtpd session cache, smtp session cache, control socket", "status|0|cachable|0|")]
    [InlineData(34, "smtp session cache, control socket", "status|0|cachable|1|")]
    [InlineData(42, "control socket", "status|0|cachable|1|")]
    [InlineData(60, null, "status|0|cachable|1|")]
    public void What_gives_way_is_named_in_one_record(int limit, string? named, string policy)
    {
        using PreparedBinary binary = PreparedBinary.After($"ulimit -n {limit}");
        using RunningDaemon daemon = new(FaultRun.CacheLines, ["-u", "-c"], binary: binary.Path);

        daemon.Ask(Policy).ShouldStartWith(policy);

        daemon.Log.TakeTexts().ShouldBe(named is null
            ? []
            : [$"warning: RLIMIT_NOFILE is {limit} -- continuing without {named}, so that clients are served"]);
        File.Exists(Path.Combine(daemon.Directories.Data, "tlsmgr_control")).ShouldBe(named is null);
        daemon.HangUp().ShouldBe(0);
    }

    [Fact]
    public void A_limit_that_is_lowered_while_nobody_is_connected_is_fatal_with_the_next_client()
    {
        using RunningDaemon daemon = new(options: ["-u", "-c"]);
        daemon.Ask(Seed).ShouldStartWith("status|0|seed|");
        CommandOutput.Of(
            "/usr/bin/setpriv",
            [
                "--reuid=postfix", "--regid=postfix", "--clear-groups", "prlimit",
                $"--pid={daemon.Master.Process.Id}", "--nofile=7:7",
            ]).Status.ShouldBe(0);

        using AttributeClient client = daemon.Connect();

        daemon.Log.WaitFor("fatal", PublishedBinary.Timeout).ShouldBe(
            ["fatal: accept connection: Too many open files"]);
        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(1);
    }

    /// <summary>A client is served, then another one; the log has the exchange file and what gave way, no more.</summary>
    private static void ShouldServe(RunningDaemon daemon, int limit)
    {
        daemon.Ask(Seed).ShouldStartWith("status|0|seed|", customMessage: $"{limit} descriptors");
        daemon.Ask(Seed).ShouldStartWith("status|0|seed|");

        // Where the last descriptor is the client's, the exchange file has none, and the second client may have to wait
        // until the daemon has closed the first.
        IReadOnlyList<string> texts = daemon.Log.TakeTexts();
        texts.Where(text => limit >= EnoughToServe || !IsAboutLastDescriptor(text))
            .ShouldHaveSingleItem($"{limit} descriptors").ShouldStartWith($"warning: RLIMIT_NOFILE is {limit} -- ");
        daemon.HangUp().ShouldBe(0);
    }

    private static bool IsAboutLastDescriptor(string text) =>
        text.Contains("PRNG exchange file", StringComparison.Ordinal)
        || text.EndsWith("Too many open files -- 1 clients are connected", StringComparison.Ordinal);
}
