namespace TlsMgr.Postfix.Events;

/// <summary>Limits of the event loop. A test compares them with docs/limits.md.</summary>
public static class EventLimits
{
    /// <summary>Events fetched from the kernel in one turn.</summary>
    public const int EventsPerTurn = 128;

    /// <summary>
    /// Polls for the next event before the loop sleeps, while events arrive that fast: together about as long as a
    /// wake-up takes, some 40 microseconds.
    /// </summary>
    public const int SpinPolls = 100;

    /// <summary>
    /// Maximum number of times that the waits between two spins double while spinning finds no event: 1 in 1,024 waits
    /// spins then.
    /// </summary>
    public const int MaxSpinBackoffShift = 10;
}
