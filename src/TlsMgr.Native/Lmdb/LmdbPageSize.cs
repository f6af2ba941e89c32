// The size of the pages of an LMDB file is that of the system that made it. The meta pages record it, and it stays on a
// system with other pages: those of arm64 have 4, 16 or 64 KiB.

using System;
using System.Numerics;

namespace TlsMgr.Native.Lmdb;

/// <summary>Sizes of pages, in bytes.</summary>
public static class LmdbPageSize
{
    /// <summary>The smallest, that of all x86-64 systems.</summary>
    public const int SmallestBytes = 4096;

    /// <summary>The largest: of 16 bits, the offsets in a page reach no further. Larger systems have these.</summary>
    public const int LargestBytes = 32768;

    /// <summary>The size of a page of the system's memory: maps have a multiple of it.</summary>
    public static int SystemBytes => Environment.SystemPageSize;

    /// <summary>The size in a file that LMDB makes on this system.</summary>
    public static int OfNewFiles => int.Min(SystemBytes, LargestBytes);

    /// <summary>Whether a file may have pages of a size.</summary>
    internal static bool IsPossible(uint bytes) =>
        bytes is >= SmallestBytes and <= LargestBytes && BitOperations.IsPow2(bytes);
}
