using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Randomness;

/// <summary>getrandom(2) fails: an error status and never data, and everything else goes on.</summary>
public sealed class KernelFaultTests
{
    private const string Seed = "request|seed|size|255||";
    // -2, as the original writes it.
    private const string SeedFault = "status|4294967294|seed|||";
    private const string Key = "request|tktkey|keyname|||";
    private const string KeyFault = "status|4294967294|keybuf|||";
    private const string Policy = "request|policy|cache_type|smtpd||";

    // The pool draws a page at a time; what it drew before the fault is as good as ever.
    private const int SeedsInPage = 4096 / 255;

    [Fact]
    public void While_it_fails_seeds_and_keys_are_refused_and_behind_it_they_are_served_again()
    {
        using FaultShim kernel = new("getrandom");
        using RunningDaemon daemon = new(new DaemonDirectories(), shim: kernel);
        daemon.Ask(Seed).ShouldStartWith("status|0|seed|");

        kernel.IsOn = true;
        for (int i = 0; i < SeedsInPage && daemon.Ask(Seed) != SeedFault; i++)
        {
        }

        for (int i = 0; i < 3; i++)
        {
            daemon.Ask(Seed).ShouldBe(SeedFault);
            daemon.Ask(Key).ShouldBe(KeyFault);
            daemon.Ask(Policy).ShouldBe("status|0|cachable|0|timeout|3600||");
        }

        kernel.FailedCalls.ShouldBeGreaterThanOrEqualTo(6);
        kernel.IsOn = false;
        daemon.Ask(Seed).Length.ShouldBe("status|0|seed|||".Length + 340);
        daemon.Ask(Key).ShouldStartWith("status|0|keybuf|");
    }

    [Fact]
    public void A_start_without_it_serves_no_data_until_it_works()
    {
        using FaultShim kernel = new("getrandom") { IsOn = true };
        using RunningDaemon daemon = new(new DaemonDirectories(), shim: kernel);

        daemon.Ask(Seed).ShouldBe(SeedFault);
        daemon.Ask(Key).ShouldBe(KeyFault);

        kernel.FailedCalls.ShouldBeGreaterThanOrEqualTo(2);
        kernel.IsOn = false;
        daemon.Ask(Seed).ShouldStartWith("status|0|seed|");
        daemon.Ask(Key).ShouldStartWith("status|0|keybuf|");
    }

    [Fact]
    public void Its_end_in_the_middle_of_the_work_leaves_an_exchange_file_and_status_0()
    {
        using FaultShim kernel = new("getrandom");
        using RunningDaemon daemon = new(new DaemonDirectories(), shim: kernel);
        daemon.Ask(Policy);
        kernel.IsOn = true;

        daemon.HangUp().ShouldBe(0);

        System.IO.File.ReadAllBytes(daemon.ExchangeFile).Length.ShouldBe(1024);
    }
}
