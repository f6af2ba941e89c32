// Limits with their units and reasons; a test compares them with docs/limits.md.

namespace TlsMgr.Tickets.Pool;

/// <summary>Limits of pools that are not parameters.</summary>
internal static class PoolLimits
{
    /// <summary>Length of a pool's name.</summary>
    internal const int NameBytes = 63;

    /// <summary>
    /// The shortest period in seconds: clocks may differ by half of it, and a thief gains at most three periods.
    /// </summary>
    internal const int MinimumPeriodSeconds = 600;

    /// <summary>The longest period in seconds: half of the longest session timeout.</summary>
    internal const int MaximumPeriodSeconds = 4320000;

    /// <summary>Periods that a state may be behind the clock: years; a clock further ahead is wrong.</summary>
    internal const int CatchUpPeriods = 100000;

    /// <summary>Periods derived per background step: a millisecond.</summary>
    internal const int PeriodsPerStep = 200;

    /// <summary>Seconds that the clock may be behind the state; beyond it the clock is taken to be wrong.</summary>
    internal const int BehindSeconds = 86400;

    /// <summary>
    /// Seconds for which a new time of day must hold before the stored state is overwritten: an administrator notices a
    /// wrong clock by then.
    /// </summary>
    internal const int HoldSeconds = 3600;

    /// <summary>Seconds between two looks at a clock that is wrong, or at a state that cannot be written.</summary>
    internal const int RetrySeconds = 60;
}
