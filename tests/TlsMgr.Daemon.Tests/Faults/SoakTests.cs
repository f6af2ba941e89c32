using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using Shouldly;
using TlsMgr.Testing.Load;
using Xunit;


namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>A long mixed load with reconnects: nothing grows. The variable SOAK sets its length in seconds.</summary>
[Trait("Needs", "root")]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Phases = 10;
    private const int FullSeconds = 3600;
    private const int BriefSeconds = 10;

    [Fact]
    public void Memory_descriptors_and_latency_stay_flat()
    {
        TimeSpan phase = TimeSpan.FromSeconds(Seconds()) / Phases;
        LoadSettings load = new() { RequestsPerConnection = 50 };
        using FaultRun run = FaultRun.Start(Footprint.NoClients, "tls_random_prng_update_period = 1s");
        using Footprint footprint = new(run);
        List<double> usual = [];
        List<double> slow = [];
        for (int i = 0; i < Phases; i++)
        {
            run.NextLoad(load);
            Stopwatch time = Stopwatch.StartNew();
            do
            {
                run.Serve();
            }
            while (time.Elapsed < phase);

            LoadReport report = footprint.Measure();
            usual.Add(report.PercentileMilliseconds(0.5));
            slow.Add(report.PercentileMilliseconds(0.99));
            output.WriteLine($"{report}");
        }

        output.WriteLine($"{footprint}");
        footprint.ShouldBeFlat();
        // Other load on the machine slows some phases; a daemon that has become slower slows all phases of the second
        // half.
        usual[(Phases / 2)..].Min().ShouldBeLessThan(FaultRun.Choose(2, 4) * usual[..(Phases / 2)].Min());
        slow[(Phases / 2)..].Min().ShouldBeLessThan(FaultRun.Choose(2, 4) * slow[..(Phases / 2)].Min());
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    private static int Seconds() => Environment.GetEnvironmentVariable("SOAK") is { } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : FaultRun.Choose(FullSeconds, BriefSeconds);
}
