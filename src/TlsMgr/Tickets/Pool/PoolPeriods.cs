// Periods of P seconds, numbered from 1970. Clocks of two hosts may differ by S seconds: with S < P a host is in period
// n or n+1 when another is in n, and nowhere else. A ticket lives for P - S seconds at least.

namespace TlsMgr.Tickets.Pool;

/// <summary>The arithmetic of periods. Times are seconds since 1970.</summary>
/// <param name="PeriodSeconds">P, 1 and more.</param>
/// <param name="SkewSeconds">S, as configured; at most half a period is in force.</param>
internal readonly record struct PoolPeriods(int PeriodSeconds, int SkewSeconds)
{
    /// <summary>S, 0 to P/2.</summary>
    internal int Skew => int.Min(SkewSeconds, PeriodSeconds / 2);

    /// <summary>The period of a time.</summary>
    internal long Of(long seconds) =>
        (seconds / PeriodSeconds) - (seconds % PeriodSeconds < 0 ? 1 : 0);

    /// <summary>
    /// The oldest period whose tickets are accepted: the one before, and one more in the first S seconds of a period.
    /// </summary>
    internal long OldestAt(long seconds) => Of(seconds - Skew) - 1;

    /// <summary>
    /// The period whose key encrypts: in the last second of a period that of the next, because clients discard a key in
    /// the second in which its time ends.
    /// </summary>
    internal long EncryptingAt(long seconds) => Of(seconds + 1);

    /// <summary>The last second of a period, in which its key's time to encrypt ends.</summary>
    internal long LastSecond(long period) => FirstSecond(period + 1) - 1;

    /// <summary>The first second of a period.</summary>
    internal long FirstSecond(long period) => period * PeriodSeconds;

    /// <summary>The first period that begins at or after a time.</summary>
    internal long FirstAfter(long seconds) => Of(seconds + PeriodSeconds - 1);

    /// <summary>When other keys are accepted next: at the end of the period, or of its first S seconds.</summary>
    internal long NextChange(long seconds)
    {
        long graceEnd = FirstSecond(Of(seconds)) + Skew;
        return seconds < graceEnd ? graceEnd : FirstSecond(Of(seconds) + 1);
    }
}
