// Remembers which sessions were used in the last quarter of an hour, in a fixed room: two Bloom filters that take
// turns. Must never miss a use; that it takes one session in some thousands for used that was not does no harm.

using System;

namespace TlsMgr.Sessions;

/// <summary>The keys that were used lately.</summary>
internal sealed class RecentUseFilter
{
    private const int IndexBits = 20;
    private const int Probes = 3;
    private const int WordBits = 64;

    private ulong[] _latest = new ulong[(1 << IndexBits) / WordBits];
    private ulong[] _before = new ulong[(1 << IndexBits) / WordBits];
    private long _latestSinceSeconds;

    /// <summary>Takes note of a use.</summary>
    internal void Add(ReadOnlySpan<byte> key, long nowSeconds)
    {
        Turn(nowSeconds);
        ulong hash = XxHash64.Hash(key, 0);
        for (int probe = 0; probe < Probes; probe++, hash >>= IndexBits)
        {
            int index = (int)(hash & ((1 << IndexBits) - 1));
            _latest[index / WordBits] |= 1UL << (index % WordBits);
        }
    }

    /// <summary>
    /// Whether a key was used: true for a use in the last quarter of an hour, false when there was none for half an
    /// hour, but for a rare mistake.
    /// </summary>
    internal bool Contains(ReadOnlySpan<byte> key, long nowSeconds)
    {
        Turn(nowSeconds);
        ulong hash = XxHash64.Hash(key, 0);
        return IsIn(_latest, hash) || IsIn(_before, hash);
    }

    private static bool IsIn(ulong[] filter, ulong hash)
    {
        bool isIn = true;
        for (int probe = 0; probe < Probes && isIn; probe++, hash >>= IndexBits)
        {
            int index = (int)(hash & ((1 << IndexBits) - 1));
            isIn = (filter[index / WordBits] & (1UL << (index % WordBits))) != 0;
        }

        return isIn;
    }

    /// <summary>Forgets the older half when its time is over, or when the clock was set.</summary>
    private void Turn(long nowSeconds)
    {
        long passedSeconds = nowSeconds - _latestSinceSeconds;
        if (passedSeconds is >= 0 and < CacheLimits.RecentUseSeconds)
        {
            return;
        }

        (_latest, _before) = (_before, _latest);
        Array.Clear(_latest);
        if (passedSeconds >= 2 * CacheLimits.RecentUseSeconds)
        {
            Array.Clear(_before);
        }

        _latestSinceSeconds = nowSeconds;
    }
}
