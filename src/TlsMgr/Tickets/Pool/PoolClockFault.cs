using System;
using System.Globalization;

namespace TlsMgr.Tickets.Pool;

/// <summary>Finds clocks that cannot be those of a state.</summary>
internal static class PoolClockFault
{
    /// <summary>Why no key may be derived from a state at a time of day; empty when keys may.</summary>
    internal static string Find(PoolState state, PoolPeriods periods, long now)
    {
        PoolChain chain = state.EncryptingIn(periods.Of(now));
        long first = periods.FirstSecond(chain.Period);
        return first - now > PoolLimits.BehindSeconds
                ? $"the clock ({Describe(now)}) is more than a day behind the state ({Describe(first)})"
            : periods.OldestAt(now) - chain.Period > PoolLimits.CatchUpPeriods
                ? $"the clock ({Describe(now)}) is too far ahead of the state ({Describe(first)})"
            : "";
    }

    private static string Describe(long seconds) =>
        seconds < 0 || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? $"second {seconds}"
            : DateTimeOffset.FromUnixTimeSeconds(seconds).ToString(
                "yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
