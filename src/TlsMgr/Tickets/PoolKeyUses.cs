using TlsMgr.Tickets.Pool;

namespace TlsMgr.Tickets;

/// <summary>How often keys were asked for by name, by their period: for tickets of other hosts, among others.</summary>
internal sealed class PoolKeyUses
{
    /// <summary>Keys of the period before.</summary>
    internal long Previous { get; private set; }

    /// <summary>Keys of the period.</summary>
    internal long Current { get; private set; }

    /// <summary>Keys of the next period: the clock of another host is ahead of this one.</summary>
    internal long Next { get; private set; }

    /// <summary>Keys of the second period before, in the first seconds of a period.</summary>
    internal long Grace { get; private set; }

    /// <summary>Names that no key here has.</summary>
    internal long Unknown { get; set; }

    /// <summary>The most seconds by which the clock of another host must be ahead of this one.</summary>
    internal long AheadSeconds { get; private set; }

    /// <summary>Counts a key that was found.</summary>
    internal void Count(PoolPeriods periods, long period, long now)
    {
        long distance = period - periods.Of(now);
        Current += distance == 0 ? 1 : 0;
        Previous += distance == -1 ? 1 : 0;
        Grace += distance < -1 ? 1 : 0;
        if (distance > 0)
        {
            Next++;
            AheadSeconds = long.Max(AheadSeconds, periods.FirstSecond(period) - now);
        }
    }
}
