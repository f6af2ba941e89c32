// Sessions used in the last 15 minutes, in constant memory: two Bloom filters, rotated. No false negatives; one false
// positive in a few thousand keys is harmless.

using System;

namespace TlsMgr.Sessions;

/// <summary>The set of recently used keys.</summary>
internal sealed class RecentUseFilter
{
    private const int IndexBits = 20;
    private const int Probes = 3;
    private const int WordBits = 64;

    private ulong[] _current = new ulong[(1 << IndexBits) / WordBits];
    private ulong[] _previous = new ulong[(1 << IndexBits) / WordBits];
    private long _currentSinceSeconds;

    /// <summary>Records a use of the key with this hash.</summary>
    internal void Add(ulong hash, long nowSeconds)
    {
        RotateIfDue(nowSeconds);
        for (int probe = 0; probe < Probes; probe++, hash >>= IndexBits)
        {
            int index = (int)(hash & ((1 << IndexBits) - 1));
            _current[index / WordBits] |= 1UL << (index % WordBits);
        }
    }

    /// <summary>
    /// Whether the key with this hash was used: true for a use in the last 15 minutes, false without a use for 30
    /// minutes, except for rare false positives.
    /// </summary>
    internal bool Contains(ulong hash, long nowSeconds)
    {
        RotateIfDue(nowSeconds);
        return Contains(_current, hash) || Contains(_previous, hash);
    }

    private static bool Contains(ulong[] filter, ulong hash)
    {
        bool isSet = true;
        for (int probe = 0; probe < Probes && isSet; probe++, hash >>= IndexBits)
        {
            int index = (int)(hash & ((1 << IndexBits) - 1));
            isSet = (filter[index / WordBits] & (1UL << (index % WordBits))) != 0;
        }

        return isSet;
    }

    /// <summary>Replaces the older filter when its time is over, or when the clock was set back.</summary>
    private void RotateIfDue(long nowSeconds)
    {
        long passedSeconds = nowSeconds - _currentSinceSeconds;
        if (passedSeconds is >= 0 and < CacheLimits.RecentUseSeconds)
        {
            return;
        }

        (_current, _previous) = (_previous, _current);
        Array.Clear(_current);
        if (passedSeconds >= 2 * CacheLimits.RecentUseSeconds)
        {
            Array.Clear(_previous);
        }

        _currentSinceSeconds = nowSeconds;
    }
}
