using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using Shouldly;
using TlsMgr.Testing.Load;
using Xunit;
using Xunit.Abstractions;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>A long time of mixed load with reconnects: nothing grows. SOAK is its length in seconds.</summary>
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
        using FaultRun run = FaultRun.Start(Footprint.Nobody, "tls_random_prng_update_period = 1s");
        using Footprint footprint = new(run);
        List<double> percentiles = [];
        for (int i = 0; i < Phases; i++)
        {
            run.NextLoad(load);
            Stopwatch time = Stopwatch.StartNew();
            do
            {
                run.Serve();
            }
            while (time.Elapsed < phase);

            LoadReport report = footprint.Look();
            percentiles.Add(report.PercentileMilliseconds(0.99));
            output.WriteLine($"{report}");
        }

        output.WriteLine($"{footprint}");
        footprint.ShouldBeFlat();
        Median(percentiles[(Phases / 2)..]).ShouldBeLessThan(FaultRun.Choose(2, 4) * Median(percentiles[..(Phases / 2)]));
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    private static double Median(List<double> figures) => figures.Order().ElementAt(figures.Count / 2);

    private static int Seconds() => Environment.GetEnvironmentVariable("SOAK") is { } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : FaultRun.Choose(FullSeconds, BriefSeconds);
}
