// Each limit with its unit and its reason; docs/limits.md has them all, and a test compares.

namespace TlsMgr.Postfix.Events;

/// <summary>Limits of the event loop.</summary>
public static class EventLimits
{
    /// <summary>Events fetched from the kernel in one turn.</summary>
    public const int EventsPerTurn = 128;

    /// <summary>
    /// Times that the loop looks for the next event before it sleeps, when events come that fast: together about as
    /// long as being woken takes, some 40 microseconds.
    /// </summary>
    public const int SpinPolls = 100;

    /// <summary>
    /// How often the number of waits until the next look doubles while it is in vain: in the end one in 1,024.
    /// </summary>
    public const int MaxSpinBackoffShift = 10;
}
