using System;
using Shouldly;
using Xunit;

namespace TlsMgr.Daemon.Tests.Randomness;

/// <summary>The daemon's seeds do not repeat and have no pattern.</summary>
public sealed class SeedTests
{
    private const int Seeds = 1_000_000;
    private const int ExaminedBytes = 10_000_000;

    [Fact]
    public void A_million_seeds_are_all_different_in_both_halves_and_ten_megabytes_look_random()
    {
        using RunningDaemon daemon = new();

        byte[] seeds = SeedStream.Read(daemon, Seeds);

        // Halves, so that a partly repeated seed is found too.
        SeedStream.CountDifferent(seeds, SeedStream.SeedBytes / 2).ShouldBe(2 * Seeds);
        RandomnessStatistics.Faults(seeds[..ExaminedBytes]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("monobit", 0xff, 500)]
    [InlineData("runs", 0x00, 0)]
    [InlineData("serial, 2 bits", 0x33, 500)]
    [InlineData("serial, 8 bits", 0xa5, 500)]
    public void The_statistics_find_a_pattern_in_few_bytes(string fault, byte pattern, int everyBytes)
    {
        byte[] bytes = new byte[ExaminedBytes];
        new System.Random(1).NextBytes(bytes);
        RandomnessStatistics.Faults(bytes).ShouldBeEmpty();

        for (int i = 0; i < bytes.Length; i++)
        {
            // Without a distance, values are replaced by their content instead of their position, by one without runs
            // inside.
            bool isReplaced = everyBytes == 0 ? bytes[i] % 100 == 0 : i % everyBytes == 0;
            bytes[i] = isReplaced ? pattern : bytes[i];
        }

        RandomnessStatistics.Faults(bytes).ShouldContain(text => text.StartsWith(fault, StringComparison.Ordinal));
    }
}
