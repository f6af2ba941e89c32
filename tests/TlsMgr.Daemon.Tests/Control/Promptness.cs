using System;
using System.Diagnostics;
using Shouldly;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>Judges whether a command keeps a person waiting for longer than it may.</summary>
internal static class Promptness
{
    private const int Attempts = 8;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>
    /// From its start to its end. A busy machine makes it longer now and then, and there are some attempts; what takes too
    /// long by itself fails them all.
    /// </summary>
    internal static void ShouldTakeLessThanTwoSeconds(Action command)
    {
        TimeSpan least = TimeSpan.MaxValue;
        for (int attempt = 0; attempt < Attempts && least >= Limit; attempt++)
        {
            long start = Stopwatch.GetTimestamp();
            command();
            least = TimeSpan.FromTicks(long.Min(least.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }

        least.ShouldBeLessThan(Limit);
    }
}
