using System;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;

namespace TlsMgr.Tickets.Pool;

/// <summary>
/// The secret of one generation of a pool, as the chain key of one period. Invariant: the key is never zero, and only
/// moves to later periods, so that tickets of earlier ones cannot be opened with it. The key of names does not move: it
/// lasts as long as the generation.
/// </summary>
/// <param name="generation">Counts the secrets of the pool, from 1.</param>
/// <param name="period">The period of the key.</param>
/// <param name="from">The first period in which this generation encrypts.</param>
internal sealed class PoolChain(uint generation, long period, long from) : IDisposable
{
    private readonly LockedMemory _secrets = new(2 * PoolDerivation.KeyBytes);

    /// <summary>Counts the secrets of the pool, from 1.</summary>
    internal uint Generation => generation;

    /// <summary>The first period in which this generation encrypts.</summary>
    internal long From => from;

    /// <summary>The period of the key.</summary>
    internal long Period { get; private set; } = period;

    /// <summary>The chain key; the creator of the object fills it.</summary>
    internal Span<byte> Key => _secrets.Span[..PoolDerivation.KeyBytes];

    /// <summary>
    /// The key of the names of shared sessions; zero in a generation that an older version has made, whose hosts share
    /// no sessions.
    /// </summary>
    internal Span<byte> NameKey => _secrets.Span[PoolDerivation.KeyBytes..];

    /// <summary>Whether hosts of this generation can share sessions.</summary>
    internal bool HasNameKey => NameKey.ContainsAnyExcept((byte)0);

    /// <summary>Makes a chain with random keys; null when there are no random bytes.</summary>
    internal static PoolChain? Make(uint generation, long period, long from)
    {
        PoolChain chain = new(generation, period, from);
        if (KernelRandom.TryFill(chain._secrets.Span))
        {
            return chain;
        }

        chain.Dispose();
        return null;
    }

    /// <summary>Moves to the next period; the key of this one is lost.</summary>
    internal void Step()
    {
        PoolDerivation.Step(Key);
        Period++;
    }

    /// <summary>A second object with the same keys.</summary>
    internal PoolChain Copy()
    {
        PoolChain copy = new(generation, Period, from);
        _secrets.Span.CopyTo(copy._secrets.Span);
        return copy;
    }

    /// <summary>Whether another chain has the same secret, compared in the later of both periods.</summary>
    internal bool IsSameAs(PoolChain other)
    {
        if (Math.Abs(Period - other.Period) > PoolLimits.CatchUpPeriods)
        {
            return false;
        }

        using PoolChain earlier = Period < other.Period ? Copy() : other.Copy();
        PoolChain later = Period < other.Period ? other : this;
        while (earlier.Period < later.Period)
        {
            earlier.Step();
        }

        return CryptographicOperations.FixedTimeEquals(earlier.Key, later.Key);
    }

    /// <summary>Erases the keys.</summary>
    public void Dispose() => _secrets.Dispose();
}
