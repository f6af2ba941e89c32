// The keys of sealing: those of the previous, the current and the next period, of the generation that is in use. A host
// whose clock differs seals in a period beside this one.

using System;
using System.Security.Cryptography;
using System.Text;
using TlsMgr.Native.Libc;
using TlsMgr.Tickets;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Sharing;

/// <summary>The secrets of the pool as sealing uses them.</summary>
/// <param name="pool">The pool.</param>
internal sealed class SealingKeys(PoolTicketKeys pool) : IDisposable
{
    /// <summary>The most periods that are accepted at a time.</summary>
    private const int Periods = 4;

    /// <summary>The chain keys, and behind them the key of names.</summary>
    private readonly LockedMemory _keys = new((Periods + 1) * PoolDerivation.KeyBytes);

    private PoolChain? _chain;
    private long _first;
    private int _count;

    /// <summary>The name of the pool, in ASCII.</summary>
    internal byte[] PoolName { get; } = Encoding.ASCII.GetBytes(pool.Name);

    /// <summary>Why nothing can be sealed or opened for now; empty when something can.</summary>
    internal string Fault { get; private set; } = "the state of the pool is not read yet";

    /// <summary>The generation in use.</summary>
    internal uint Generation => _chain?.Generation ?? 0;

    /// <summary>The current period.</summary>
    internal long Period { get; private set; }

    /// <summary>The length of a period in seconds.</summary>
    internal int PeriodSeconds => pool.Ratchet?.Periods.PeriodSeconds ?? PoolLimits.MinimumPeriodSeconds;

    /// <summary>The key of the names of this generation.</summary>
    internal ReadOnlySpan<byte> NameKey => _keys.Span[(Periods * PoolDerivation.KeyBytes)..];

    /// <summary>The chain key of the current period.</summary>
    internal ReadOnlySpan<byte> Current => KeyOf(Period);

    /// <summary>Moves to a time; false with a <see cref="Fault"/> when no key can be used.</summary>
    internal bool TryMoveTo(long nowSeconds)
    {
        if (!pool.CanUseSecrets(nowSeconds))
        {
            Erase(pool.SecretFault.Length > 0 ? pool.SecretFault : "this host has left the pool");
            return false;
        }

        PoolRatchet ratchet = pool.Ratchet!;
        long now = ratchet.Periods.Of(nowSeconds);
        PoolChain chain = ratchet.State.EncryptingIn(now);
        long period = long.Max(now, chain.Period);
        if (ReferenceEquals(chain, _chain) && period == Period && chain.Period == _first)
        {
            return true;
        }

        Erase(chain.HasNameKey ? "" : "the secret was made by an older version: tlsmgrctl pool rotate");
        if (Fault.Length > 0)
        {
            return false;
        }

        Derive(chain, period);
        return true;
    }

    /// <summary>
    /// The key of the period, near the current one, whose number ends with a byte; empty when there is none.
    /// </summary>
    internal ReadOnlySpan<byte> Find(byte periodByte, out long period)
    {
        for (period = _first; period < _first + _count; period++)
        {
            if ((byte)period == periodByte)
            {
                return KeyOf(period);
            }
        }

        return default;
    }

    /// <summary>Erases the keys.</summary>
    public void Dispose() => _keys.Dispose();

    private Span<byte> KeyOf(long period) =>
        _keys.Span.Slice((int)(period - _first) * PoolDerivation.KeyBytes, PoolDerivation.KeyBytes);

    private void Derive(PoolChain chain, long period)
    {
        _chain = chain;
        _first = chain.Period;
        Period = long.Min(period, _first + Periods - 1);
        _count = (int)(long.Min(Period + 1, _first + Periods - 1) - _first) + 1;
        chain.Key.CopyTo(_keys.Span);
        chain.NameKey.CopyTo(_keys.Span[(Periods * PoolDerivation.KeyBytes)..]);
        for (long next = _first + 1; next < _first + _count; next++)
        {
            KeyOf(next - 1).CopyTo(KeyOf(next));
            PoolDerivation.Step(KeyOf(next));
        }
    }

    private void Erase(string fault)
    {
        Fault = fault;
        _chain = null;
        _count = 0;
        CryptographicOperations.ZeroMemory(_keys.Span);
    }
}
