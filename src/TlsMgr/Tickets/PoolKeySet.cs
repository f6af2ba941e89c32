using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Tickets;

/// <summary>The ticket keys of the periods that are accepted, of every generation.</summary>
/// <param name="settings">What they are bound to.</param>
internal sealed class PoolKeySet(PoolTicketSettings settings) : IDisposable
{
    /// <summary>The most periods that are accepted at a time: one generation may be far behind the other.</summary>
    private const int AcceptedPeriods = 4;

    private readonly List<PoolKey> _keys = [];
    private readonly byte[] _info = PoolDerivation.TicketInfo(
        settings.Name, settings.SecretBytes, settings.Cipher, settings.PolicyDigest);

    private long _last;

    /// <summary>Equal on all hosts of the pool within a period.</summary>
    internal string Fingerprint { get; private set; } = "";

    /// <summary>Derives the keys from the oldest period of the state to the next one, unless they are there.</summary>
    internal void Derive(PoolRatchet ratchet, long now)
    {
        long last = CurrentPeriod(ratchet, now) + 1;
        IReadOnlyList<PoolChain> chains = ratchet.State.Chains;
        bool isDerived = _last == last && chains.All(chain => _keys.Exists(key => key.IsFirstOf(chain)))
            && _keys.TrueForAll(key => chains.Any(chain => key.IsOf(chain)));
        if (isDerived)
        {
            return;
        }

        Erase();
        foreach (PoolChain chain in chains)
        {
            DeriveFrom(chain, last, ratchet);
        }

        _last = last;
    }

    /// <summary>The key that encrypts now; null when there is none.</summary>
    internal TicketKey? Encrypting(PoolRatchet ratchet, long now)
    {
        long period = long.Max(ratchet.Periods.EncryptingAt(now), CurrentPeriod(ratchet, now));
        uint generation = ratchet.State.EncryptingIn(period).Generation;
        foreach (PoolKey key in _keys)
        {
            if (key.Period == period && key.Generation == generation)
            {
                return key.Key;
            }
        }

        return null;
    }

    /// <summary>The key of a name, if its period is accepted now.</summary>
    internal TicketKey? Find(PoolRatchet ratchet, ReadOnlySpan<byte> name, long now, out long period)
    {
        long oldest = ratchet.Periods.OldestAt(now);
        foreach (PoolKey key in _keys)
        {
            if (key.Period >= oldest && key.Key.Name.SequenceEqual(name))
            {
                period = key.Period;
                return key.Key;
            }
        }

        period = 0;
        return null;
    }

    /// <summary>The public properties of the accepted keys, that of the next period last.</summary>
    internal IEnumerable<TicketKeyStatus> Describe(PoolRatchet ratchet, long now)
    {
        long oldest = ratchet.Periods.OldestAt(now);
        TicketKey? current = Encrypting(ratchet, now);
        long currentPeriod = CurrentPeriod(ratchet, now);
        foreach (PoolKey key in _keys.Where(key => key.Period >= oldest)
            .OrderByDescending(key => ReferenceEquals(key.Key, current)).ThenBy(key => key.Period))
        {
            // A key is accepted up to the first seconds of the second period after its own.
            long end = ratchet.Periods.FirstSecond(key.Period + 2) + ratchet.Periods.Skew;
            yield return new TicketKeyStatus(
                Convert.ToHexStringLower(key.Key.Name),
                ReferenceEquals(key.Key, current) ? "current" : key.Period > currentPeriod ? "next" : "previous",
                long.Max(key.Key.EncryptUntil - now, 0), end - now);
        }
    }

    /// <summary>Erases the keys.</summary>
    internal void Erase()
    {
        _keys.ForEach(static key => key.Key.Dispose());
        _keys.Clear();
        _last = 0;
        Fingerprint = "";
    }

    /// <summary>Erases the keys.</summary>
    public void Dispose() => Erase();

    /// <summary>
    /// The period of a time. When the clock is behind the state, it is the oldest one of the state.
    /// </summary>
    private static long CurrentPeriod(PoolRatchet ratchet, long now)
    {
        long period = ratchet.Periods.Of(now);
        return long.Max(period, ratchet.State.EncryptingIn(period).Period);
    }

    private void DeriveFrom(PoolChain chain, long last, PoolRatchet ratchet)
    {
        Span<byte> chainKey = stackalloc byte[PoolDerivation.KeyBytes];
        Span<byte> material = stackalloc byte[TicketKey.NameBytes + (2 * TicketKey.SecretBytes)];
        material = material[..(TicketKey.NameBytes + (2 * settings.SecretBytes))];
        chain.Key.CopyTo(chainKey);
        long end = long.Min(long.Max(last, chain.Period + 1), chain.Period + AcceptedPeriods - 1);
        for (long period = chain.Period; period <= end; period++)
        {
            PoolDerivation.TicketKey(chainKey, _info, material);
            _keys.Add(new PoolKey(chain.Generation, period, Make(material, ratchet.Periods.LastSecond(period))));
            if (period == last - 1 && chain == ratchet.State.EncryptingIn(period))
            {
                Fingerprint = PoolDerivation.Fingerprint(chainKey, settings.Name, chain.Generation);
            }

            PoolDerivation.Step(chainKey);
        }

        CryptographicOperations.ZeroMemory(chainKey);
        CryptographicOperations.ZeroMemory(material);
    }

    private TicketKey Make(ReadOnlySpan<byte> material, long encryptUntil)
    {
        TicketKey key = new(encryptUntil, createdTimestamp: 0);
        int secretEnd = TicketKey.NameBytes + settings.SecretBytes;
        material[..secretEnd].CopyTo(key.Bytes);
        material[secretEnd..].CopyTo(key.Bytes[(TicketKey.NameBytes + TicketKey.SecretBytes)..]);
        return key;
    }

    private readonly record struct PoolKey(uint Generation, long Period, TicketKey Key)
    {
        internal bool IsOf(PoolChain chain) => Generation == chain.Generation && Period >= chain.Period;

        internal bool IsFirstOf(PoolChain chain) => Generation == chain.Generation && Period == chain.Period;
    }
}
