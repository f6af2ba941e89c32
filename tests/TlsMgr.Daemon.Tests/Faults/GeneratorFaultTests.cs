using System.IO;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Testing.Load;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// getrandom(2) or HMAC fails: requests for seeds and new ticket keys get an error without data, and everything else is
/// served. Seeds and keys are served again when it works again.
/// </summary>
[Trait("Needs", "root")]
public sealed class GeneratorFaultTests
{
    private const string Seed = "request|seed|size|255||";
    private const string SeedBegin = "status|0|seed|";
    private const string NoSeed = "status|4294967295|seed|||";
    private const string TicketKey = "request|tktkey|keyname|||";
    private const string TicketKeyBegin = "status|0|keybuf|";
    private const string NoTicketKey = "status|4294967294|keybuf|||";
    private const string Policy = "request|policy|cache_type|smtpd||";
    private const string PolicyReply = "status|0|cachable|1|timeout|3600||";

    // The pool generates a page at a time; bytes generated before the fault are still served.
    private const int SeedsInPage = 4096 / 255;
    private const int ExchangedBytes = 1024;

    private static readonly LoadSettings MayRefuseSecrets = new() { MayRefuseSecrets = true };

    [Theory]
    [InlineData("getrandom")]
    [InlineData("hmac")]
    public void While_it_fails_seeds_are_refused_and_the_ticket_key_in_force_is_served(string fault)
    {
        using FaultShim shim = new(fault);
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories(), MayRefuseSecrets, shim: shim);
        run.Serve();
        string key = run.Daemon.Ask(TicketKey);
        key.ShouldStartWith(TicketKeyBegin);
        run.NextLoad().Refusals.ShouldBe(0);

        shim.IsOn = true;
        for (int i = 0; i < SeedsInPage; i++)
        {
            run.Daemon.Ask(Seed);
        }

        for (int i = 0; i < 5; i++)
        {
            run.Daemon.Ask(Seed).ShouldBe(NoSeed);
            run.Daemon.Ask(TicketKey).ShouldBe(key);
            run.Daemon.Ask(Policy).ShouldBe(PolicyReply);
        }

        run.Serve();
        shim.FailedCalls.ShouldBeGreaterThanOrEqualTo(5);
        ShouldWorkAgain(shim, run);
    }

    [Fact]
    public void A_start_without_getrandom_serves_sessions_and_no_secrets_until_it_works()
    {
        using FaultShim shim = new("getrandom") { IsOn = true };
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories(), MayRefuseSecrets, shim: shim);

        run.Daemon.Ask(Seed).ShouldBe(NoSeed);
        run.Daemon.Ask(TicketKey).ShouldBe(NoTicketKey);
        run.Daemon.Ask(Policy).ShouldBe(PolicyReply);

        run.Serve(2000);
        shim.FailedCalls.ShouldBeGreaterThanOrEqualTo(2);
        ShouldWorkAgain(shim, run);
    }

    [Fact]
    public void A_start_without_HMAC_is_fatal_and_the_next_start_serves()
    {
        using FaultShim shim = new("hmac") { IsOn = true };
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories(), shim: shim);

        run.Daemon.Log.WaitFor("fatal: cannot set up the random number generator: ", PublishedBinary.Timeout);
        run.Daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(1);

        shim.IsOn = false;
        run.Daemon.StartAgain();
        run.Serve();
    }

    [Theory]
    [InlineData("getrandom")]
    [InlineData("hmac")]
    public void An_exit_while_it_fails_leaves_the_exchange_file_unchanged(string fault)
    {
        using FaultShim shim = new(fault);
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories(), MayRefuseSecrets, shim: shim);
        run.Serve();
        shim.IsOn = true;
        byte[] before = File.ReadAllBytes(run.Daemon.ExchangeFile);
        before.Length.ShouldBe(ExchangedBytes);

        run.Daemon.HangUp().ShouldBe(0);

        File.ReadAllBytes(run.Daemon.ExchangeFile).ShouldBe(before);
        shim.IsOn = false;
        run.Daemon.StartAgain();
        run.Serve();
        File.ReadAllBytes(run.Daemon.ExchangeFile).ShouldNotBe(before);
    }

    private static void ShouldWorkAgain(FaultShim shim, FaultRun run)
    {
        LoadReport report = run.StopLoad();
        report.Refusals.ShouldBeGreaterThan(0);
        report.Hits.ShouldBeGreaterThan(0, "sessions need no random bytes");
        shim.IsOn = false;
        run.NextLoad();

        run.Daemon.Ask(Seed).Length.ShouldBe(SeedBegin.Length + 340 + 2);
        run.Daemon.Ask(TicketKey).ShouldStartWith(TicketKeyBegin);
        run.Serve();
        run.StopLoad().Refusals.ShouldBe(0);
    }
}
