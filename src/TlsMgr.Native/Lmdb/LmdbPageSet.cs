// The pages of an LMDB file that were met: none may serve two purposes.

namespace TlsMgr.Native.Lmdb;

/// <summary>A set of page numbers, at first the two meta pages.</summary>
/// <param name="count">Number of pages: numbers from here on are refused.</param>
internal sealed class LmdbPageSet(int count)
{
    private const int MetaPages = 2;

    private readonly ulong[] _bits = new ulong[(count / 64) + 1];

    /// <summary>Adds pages; false when one of them does not exist or is in the set.</summary>
    internal bool Add(ulong first, ulong pages = 1)
    {
        if (first < MetaPages || first > (ulong)count || pages > (ulong)count - first)
        {
            return false;
        }

        for (int page = (int)first; page < (int)(first + pages); page++)
        {
            ulong bit = 1UL << (page % 64);
            if ((_bits[page / 64] & bit) != 0)
            {
                return false;
            }

            _bits[page / 64] |= bit;
        }

        return true;
    }

    /// <summary>Whether every page from a number on is in the set.</summary>
    internal bool HasAllFrom(long first)
    {
        for (long page = long.Max(first, MetaPages); page < count; page++)
        {
            if ((_bits[page / 64] & (1UL << (int)(page % 64))) == 0)
            {
                return false;
            }
        }

        return true;
    }
}
