// What the pool holds of smtpd's sessions, as tlspool announces it: 8 bytes of each name. Two Bloom filters, rotated
// when the older one knows only what has expired. No false negatives among what was announced; a false positive costs
// one question.

using System;

namespace TlsMgr.Sharing;

/// <summary>The set of announced names, in constant memory.</summary>
/// <param name="clock">The monotonic clock.</param>
/// <param name="lifeSeconds">The longest life of an entry.</param>
internal sealed class KnownSessions(TimeProvider clock, int lifeSeconds)
{
    private const int Probes = 4;
    private const int WordBits = 64;
    private const int Words = SharingLimits.FilterBytes / sizeof(ulong);
    private const ulong Mask = ((ulong)Words * WordBits) - 1;

    private ulong[] _current = new ulong[Words];
    private ulong[] _previous = new ulong[Words];
    private long _since = clock.GetTimestamp();

    /// <summary>Adds the first 8 bytes of a name.</summary>
    internal void Add(ulong prefix)
    {
        Rotate();
        ulong step = Step(prefix);
        for (int probe = 0; probe < Probes; probe++, prefix += step)
        {
            _current[(prefix & Mask) / WordBits] |= 1UL << (int)(prefix % WordBits);
        }
    }

    /// <summary>Whether a name with these first 8 bytes was announced within the life of an entry.</summary>
    internal bool MayContain(ulong prefix)
    {
        Rotate();
        return IsIn(_current, prefix) || IsIn(_previous, prefix);
    }

    /// <summary>Forgets all names: of another generation, nothing is known.</summary>
    internal void Clear()
    {
        Array.Clear(_current);
        Array.Clear(_previous);
    }

    private static bool IsIn(ulong[] filter, ulong prefix)
    {
        ulong step = Step(prefix);
        bool isIn = true;
        for (int probe = 0; probe < Probes && isIn; probe++, prefix += step)
        {
            isIn = (filter[(prefix & Mask) / WordBits] & (1UL << (int)(prefix % WordBits))) != 0;
        }

        return isIn;
    }

    /// <summary>The other half of the bits, which are those of a MAC, makes the distance of the probes.</summary>
    private static ulong Step(ulong prefix) => (prefix >> 32) | 1;

    private void Rotate()
    {
        double passed = clock.GetElapsedTime(_since).TotalSeconds;
        if (passed < lifeSeconds)
        {
            return;
        }

        (_current, _previous) = (_previous, _current);
        Array.Clear(_current);
        if (passed >= 2L * lifeSeconds)
        {
            Array.Clear(_previous);
        }

        _since = clock.GetTimestamp();
    }
}
