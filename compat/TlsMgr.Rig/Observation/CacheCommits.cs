// A meta page of LMDB 0.9: 16 bytes of page header, then magic and version (4 bytes each), address and map size (8
// each), two database records of 48 bytes, of which the first begins with the page size, the last page and the
// transaction number (8 each). Pages 0 and 1 take turns.

using System;
using System.Buffers.Binary;
using System.IO;

namespace TlsMgr.Rig.Observation;

/// <summary>The commits of a cache file.</summary>
internal static class CacheCommits
{
    private const uint Magic = 0xBEEFC0DE;
    private const int MagicOffset = 16;
    private const int PageSizeOffset = 40;
    private const int NumberOffset = 144;
    private const int UsedBytes = NumberOffset + sizeof(long);

    /// <summary>The number of the last committed transaction.</summary>
    /// <exception cref="RigException">It is no file of LMDB.</exception>
    internal static long LastNumber(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        ReadOnlySpan<byte> first = ReadMeta(file, 0);
        uint pageSize = BinaryPrimitives.ReadUInt32LittleEndian(first[PageSizeOffset..]);
        long number = BinaryPrimitives.ReadInt64LittleEndian(first[NumberOffset..]);
        return long.Max(number, BinaryPrimitives.ReadInt64LittleEndian(ReadMeta(file, pageSize).AsSpan(NumberOffset)));
    }

    private static byte[] ReadMeta(FileStream file, long offset)
    {
        byte[] meta = new byte[UsedBytes];
        file.Position = offset;
        return file.ReadAtLeast(meta, UsedBytes, throwOnEndOfStream: false) == UsedBytes
            && BinaryPrimitives.ReadUInt32LittleEndian(meta.AsSpan(MagicOffset)) == Magic
            ? meta
            : throw new RigException($"{file.Name} is no file of LMDB");
    }
}
