using Shouldly;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>A generator that fails is an error answer, never data and never the end; and when it works again, it works.</summary>
[Trait("Needs", "root")]
public sealed class GeneratorFaultTests
{
    private const int Toggle = 12; // SIGUSR2
    private const string Seed = "request|seed|size|255||";
    private const string NoSeed = "status|4294967294|seed|||";
    private const string TicketKey = "request|tktkey|keyname|||";
    private const string NoTicketKey = "status|4294967294|keybuf|||";

    [Fact]
    public void While_HMAC_fails_there_are_no_seeds_and_no_new_ticket_keys()
    {
        using PreparedBinary binary = PreparedBinary.WithFault("hmac");
        using RunningDaemon daemon = new(options: ["-u", "-c"], binary: binary.Path);
        daemon.Ask(Seed).ShouldStartWith("status|0|");

        daemon.Master.Process.Signal(Toggle);
        // What was drawn before may still be served: 4096 bytes at most.
        for (int i = 0; i < 16; i++)
        {
            daemon.Ask(Seed);
        }

        for (int i = 0; i < 5; i++)
        {
            daemon.Ask(Seed).ShouldBe(NoSeed);
            daemon.Ask(TicketKey).ShouldBe(NoTicketKey);
        }

        daemon.Ask("request|policy|cache_type|smtpd||").ShouldBe("status|0|cachable|0|timeout|3600||");
        daemon.Master.Process.Signal(Toggle);
        daemon.Ask(Seed).ShouldStartWith("status|0|");
        daemon.Ask(TicketKey).ShouldStartWith("status|0|");
        daemon.HangUp().ShouldBe(0);
    }
}
