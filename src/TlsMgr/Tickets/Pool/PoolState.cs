using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Tickets.Pool;

/// <summary>The secrets of a pool with their clocks: the content of a state file. The owner disposes of it.</summary>
/// <param name="name">The name of the pool.</param>
/// <param name="periodSeconds">The length of a period.</param>
internal sealed class PoolState(string name, int periodSeconds) : IDisposable
{
    /// <summary>The largest number of generations: the one in use, and the one that follows it.</summary>
    internal const int MaximumChains = 2;

    private readonly List<PoolChain> _chains = [];

    /// <summary>The name of the pool.</summary>
    internal string Name => name;

    /// <summary>The length of a period, in seconds.</summary>
    internal int PeriodSeconds => periodSeconds;

    /// <summary>Counts the writes of the file: the slot with the higher number is the newer one.</summary>
    internal ulong Sequence { get; set; }

    /// <summary>The clocks when the state was written last, if they agreed with those of the write before.</summary>
    internal PoolClockMark Trusted { get; set; }

    /// <summary>Since when a time of day holds that does not agree with <see cref="Trusted"/>; zero: none.</summary>
    internal PoolClockMark Pending { get; set; }

    /// <summary>What this host remembers of its shared caches. Not in an export.</summary>
    internal PoolCacheMark[] CacheMarks { get; } = new PoolCacheMark[PoolCacheMark.Count];

    /// <summary>The secrets, the older generation first: one or two.</summary>
    internal IReadOnlyList<PoolChain> Chains => _chains;

    /// <summary>The newest generation.</summary>
    internal PoolChain Newest => _chains[^1];

    /// <summary>Makes a new pool whose first key is of the oldest period that is accepted now.</summary>
    /// <param name="name">A name that <see cref="PoolName"/> accepts.</param>
    /// <param name="periods">Its periods.</param>
    /// <param name="now">The clocks.</param>
    /// <returns>The state; null when there are no random bytes.</returns>
    internal static PoolState? Make(string name, PoolPeriods periods, PoolClockMark now)
    {
        long oldest = periods.OldestAt(now.WallSeconds);
        if (PoolChain.Make(generation: 1, oldest, from: oldest) is not { } chain)
        {
            return null;
        }

        PoolState state = new(name, periods.PeriodSeconds) { Trusted = now };
        state.Add(chain);
        return state;
    }

    /// <summary>The generation that encrypts in a period.</summary>
    internal PoolChain EncryptingIn(long period) =>
        _chains.LastOrDefault(chain => chain.From <= period) ?? _chains[0];

    /// <summary>Adds a newer generation, of which the state becomes the owner; the oldest of three is erased.</summary>
    internal void Add(PoolChain chain)
    {
        _chains.Add(chain);
        if (_chains.Count > MaximumChains)
        {
            RemoveOldest();
        }
    }

    /// <summary>Adds a newer generation, which follows the one in use, or takes the place of all others.</summary>
    /// <param name="chain">The generation, of which the state becomes the owner.</param>
    /// <param name="isAlone">Whether all others are erased.</param>
    internal void Begin(PoolChain chain, bool isAlone)
    {
        Add(chain);
        while (isAlone && _chains.Count > 1)
        {
            RemoveOldest();
        }
    }

    /// <summary>Erases the oldest generation.</summary>
    internal void RemoveOldest()
    {
        _chains[0].Dispose();
        _chains.RemoveAt(0);
    }

    /// <summary>Erases the generations that have ended: two periods after the change to the next.</summary>
    /// <param name="period">The period of now.</param>
    internal void EndGenerations(long period)
    {
        while (_chains.Count > 1 && period >= _chains[1].From + 2)
        {
            RemoveOldest();
        }
    }

    /// <summary>Moves all generations forward; false when there are more periods than that.</summary>
    /// <param name="oldest">The period to move to.</param>
    /// <param name="maximumPeriods">The most periods to move by in one call.</param>
    internal bool TryStep(long oldest, int maximumPeriods)
    {
        foreach (PoolChain chain in _chains)
        {
            for (; chain.Period < oldest; maximumPeriods--)
            {
                if (maximumPeriods == 0)
                {
                    return false;
                }

                chain.Step();
            }
        }

        return true;
    }

    /// <summary>A second object with the same content.</summary>
    internal PoolState Copy()
    {
        PoolState copy = new(name, periodSeconds) { Sequence = Sequence, Trusted = Trusted, Pending = Pending };
        CacheMarks.CopyTo(copy.CacheMarks, 0);
        foreach (PoolChain chain in _chains)
        {
            copy.Add(chain.Copy());
        }

        return copy;
    }

    /// <summary>Takes over the newer generations of an exported state; on a fault nothing changes.</summary>
    /// <param name="imported">The exported state.</param>
    /// <returns>Why nothing was taken over; null when something was.</returns>
    internal string? Join(PoolState imported)
    {
        if (imported.Name != name)
        {
            return $"this host is in pool {name}, not in {imported.Name}";
        }

        if (imported.PeriodSeconds != periodSeconds)
        {
            return $"pool {name} has periods of {periodSeconds} s here and of {imported.PeriodSeconds} s there";
        }

        uint newest = Newest.Generation;
        if (imported.Newest.Generation <= newest)
        {
            PoolChain? known = _chains.Find(chain => chain.Generation == imported.Newest.Generation);
            return known is not null && !known.IsSameAs(imported.Newest)
                ? $"generation {newest} of pool {name} has another secret here"
                : $"generation {imported.Newest.Generation} of pool {name} is not newer than the one here, {newest}";
        }

        // An exported state without the generation in use here is that of a host where it has ended, or was revoked.
        while (_chains.Count > 0 && imported._chains.TrueForAll(chain => chain.Generation != _chains[0].Generation))
        {
            RemoveOldest();
        }

        foreach (PoolChain chain in imported._chains.Where(chain => chain.Generation > newest))
        {
            Add(chain.Copy());
        }

        return null;
    }

    /// <summary>Erases all keys.</summary>
    public void Dispose()
    {
        _chains.ForEach(static chain => chain.Dispose());
        _chains.Clear();
    }
}
