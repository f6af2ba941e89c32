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
        using FaultRun run = FaultRun.Start(new LoadSettings { RequestsPerConnection = 50 }, "tls_random_prng_update_period = 1s");
        run.Serve(10_000);
        List<(int Memory, int Descriptors, double Percentile)> samples = [];
        for (int i = 0; i < Phases; i++)
        {
            run.NextLoad();
            Stopwatch time = Stopwatch.StartNew();
            do
            {
                run.Serve();
            }
            while (time.Elapsed < phase);

            LoadReport report = run.NextLoad();
            samples.Add((run.Daemon.AnonymousKibibytes, run.Daemon.Descriptors, report.PercentileMilliseconds(0.99)));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{samples[^1].Memory} KiB anonymous, {samples[^1].Descriptors} descriptors; {report}"));
        }

        run.StopLoad();
        samples.Max(sample => sample.Memory).ShouldBeLessThan(FaultRun.MostMemoryKibibytes);
        samples.Max(sample => sample.Descriptors).ShouldBeLessThan(samples[0].Descriptors + run.Clients + 1);
        Median(samples[(Phases / 2)..]).ShouldBeLessThan(FaultRun.Choose(2, 4) * Median(samples[..(Phases / 2)]));
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    private static double Median(List<(int Memory, int Descriptors, double Percentile)> samples) =>
        samples.Select(sample => sample.Percentile).Order().ElementAt(samples.Count / 2);

    private static int Seconds() => Environment.GetEnvironmentVariable("SOAK") is { } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : FaultRun.Choose(FullSeconds, BriefSeconds);
}
