using System;
using System.Collections.Generic;
using System.Numerics;

namespace TlsMgr.Daemon.Tests.Randomness;

/// <summary>
/// Statistics of bits after NIST SP 800-22: monobit, runs, and serial frequencies. Each bound is exceeded by chance
/// with a probability of at most 1e-7, so all of them together raise a false alarm in fewer than one of a million runs.
/// </summary>
internal static class RandomnessStatistics
{
    // Two-sided bound of the normal distribution.
    private const double NormalBound = 5.33;

    // Bounds of chi-squared with 3 and with 255 degrees of freedom (the latter by Wilson and Hilferty's formula).
    private const double TwoBitBound = 35.5;
    private const double ByteBound = 391;

    /// <summary>The exceeded bounds; none for bytes that look random.</summary>
    internal static IEnumerable<string> Faults(byte[] bytes)
    {
        double bits = bytes.Length * 8.0;
        double ones = CountOnes(bytes);
        double monobit = Math.Abs(ones - (bits / 2)) / Math.Sqrt(bits / 4);
        if (monobit > NormalBound)
        {
            yield return $"monobit: {monobit}";
        }

        double share = ones / bits;
        double expectedRuns = 2 * bits * share * (1 - share);
        double runs = Math.Abs(CountRuns(bytes) - expectedRuns) / (2 * Math.Sqrt(bits) * share * (1 - share));
        if (!(runs <= NormalBound))
        {
            yield return $"runs: {runs}";
        }

        (double twoBit, double oneByte) = (ChiSquared(CountPairs(bytes)), ChiSquared(CountBytes(bytes)));
        if (twoBit > TwoBitBound)
        {
            yield return $"serial, 2 bits: {twoBit}";
        }

        if (oneByte > ByteBound)
        {
            yield return $"serial, 8 bits: {oneByte}";
        }
    }

    private static double CountOnes(byte[] bytes)
    {
        long count = 0;
        foreach (byte value in bytes)
        {
            count += BitOperations.PopCount(value);
        }

        return count;
    }

    // A run begins at each bit that differs from the previous one.
    private static double CountRuns(byte[] bytes)
    {
        long count = 1;
        int last = bytes[0] & 1;
        foreach (byte value in bytes)
        {
            count += BitOperations.PopCount((uint)((value ^ ((value << 1) | last)) & 0xff));
            last = value >> 7;
        }

        return count;
    }

    private static long[] CountPairs(byte[] bytes)
    {
        long[] counts = new long[4];
        foreach (byte value in bytes)
        {
            for (int shift = 0; shift < 8; shift += 2)
            {
                counts[(value >> shift) & 3]++;
            }
        }

        return counts;
    }

    private static long[] CountBytes(byte[] bytes)
    {
        long[] counts = new long[256];
        foreach (byte value in bytes)
        {
            counts[value]++;
        }

        return counts;
    }

    private static double ChiSquared(long[] counts)
    {
        double total = 0;
        foreach (long count in counts)
        {
            total += count;
        }

        double expected = total / counts.Length;
        double sum = 0;
        foreach (long count in counts)
        {
            sum += (count - expected) * (count - expected) / expected;
        }

        return sum;
    }
}
