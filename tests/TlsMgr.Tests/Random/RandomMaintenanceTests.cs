using System.Collections.Generic;
using Shouldly;
using Xunit;

namespace TlsMgr.Tests.Random;

public sealed class RandomMaintenanceTests
{
    [Fact]
    public void Reseeds_come_after_a_random_fraction_of_the_period()
    {
        List<int> delays = [];
        for (int i = 0; i < 200; i++)
        {
            using RandomRig rig = new() { KernelWorks = true };
            rig.Configure("dev:/dev/urandom");
            rig.OpenAndStart();
            delays.Add(rig.MillisecondsUntilNext);
        }

        delays.ShouldAllBe(delay => delay >= 0 && delay <= RandomRig.PeriodSeconds * 1000);
        delays.ShouldContain(delay => delay < RandomRig.PeriodSeconds * 500);
        delays.ShouldContain(delay => delay > RandomRig.PeriodSeconds * 500);
    }

    [Fact]
    public void Without_random_bytes_a_reseed_comes_after_the_full_period()
    {
        using RandomRig rig = new();
        rig.Configure("dev:/dev/urandom");
        rig.OpenAndStart();
        rig.MillisecondsUntilNext.ShouldBe(RandomRig.PeriodSeconds * 1000);
    }

    [Fact]
    public void Both_timers_repeat()
    {
        using RandomRig rig = new();
        rig.Configure("dev:/dev/urandom", rig.PathOf("prng_exch"), verbose: true);
        rig.OpenAndStart();
        for (int i = 0; i < 5; i++)
        {
            _ = rig.NewLines;
            rig.PassPeriod();
            rig.NewLines.ShouldBe(
                [
                    "tls_prng_dev_read: read 32 bytes from entropy device /dev/urandom",
                    "tlsmgr_prng_exch_event: update PRNG exchange file",
                ],
                ignoreOrder: true);
        }
    }
}
