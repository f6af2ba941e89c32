// Sessions used in the last 15 minutes, in constant memory: two Bloom filters, rotated. All bits of a key are in one
// group, so that a use waits for memory once. No false negatives; one false positive in a few thousand keys is
// harmless.

using System;

namespace TlsMgr.Sessions;

/// <summary>The set of recently used keys.</summary>
internal sealed class RecentUseFilter
{
    private const int Groups = 2048;
    private const int GroupWords = 8;
    private const int WordBits = 64;
    private const int IndexBits = 9;
    private const int Probes = 3;

    private ulong[] _current = new ulong[Groups * GroupWords];
    private ulong[] _previous = new ulong[Groups * GroupWords];
    private long _currentSinceSeconds;

    /// <summary>Records a use of the key with this hash.</summary>
    internal void Add(ulong hash, long nowSeconds)
    {
        RotateIfDue(nowSeconds);
        Span<ulong> group = GroupOf(_current, hash);
        for (int probe = 0; probe < Probes; probe++)
        {
            (int word, ulong bit) = PlaceOf(hash, probe);
            group[word] |= bit;
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
        Span<ulong> group = GroupOf(filter, hash);
        bool isSet = true;
        for (int probe = 0; probe < Probes && isSet; probe++)
        {
            (int word, ulong bit) = PlaceOf(hash, probe);
            isSet = (group[word] & bit) != 0;
        }

        return isSet;
    }

    private static Span<ulong> GroupOf(ulong[] filter, ulong hash) =>
        filter.AsSpan((int)(hash % Groups) * GroupWords, GroupWords);

    /// <summary>The place of a bit in its group, by other bits of the hash for each probe.</summary>
    private static (int Word, ulong Bit) PlaceOf(ulong hash, int probe)
    {
        int index = (int)(hash >> (WordBits - ((probe + 1) * IndexBits))) & ((1 << IndexBits) - 1);
        return (index / WordBits, 1UL << (index % WordBits));
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
