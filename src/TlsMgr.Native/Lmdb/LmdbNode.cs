using System;
using System.Buffers.Binary;

namespace TlsMgr.Native.Lmdb;

/// <summary>A node, from its first byte on.</summary>
internal readonly ref struct LmdbNode(ReadOnlySpan<byte> bytes, bool isLeaf)
{
    internal const int HeaderBytes = 8;
    internal const ushort LargeValueFlag = 0x01;
    internal const ushort DatabaseFlag = 0x02;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>In a leaf, the kind of the value; in a branch, part of the page number.</summary>
    internal ushort Flags => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[4..]);

    internal ReadOnlySpan<byte> Key => _bytes.Slice(HeaderBytes, KeyBytes);

    /// <summary>Bytes of the value, in the page or on pages of its own.</summary>
    internal uint ValueBytes => BinaryPrimitives.ReadUInt32LittleEndian(_bytes);

    /// <summary>The value, or the number of the page where a large one begins.</summary>
    internal ReadOnlySpan<byte> Value => _bytes.Slice(HeaderBytes + KeyBytes, (int)StoredBytes);

    /// <summary>Of a branch: the page below.</summary>
    internal ulong Child => ValueBytes | ((ulong)Flags << 32);

    /// <summary>Bytes of the page that the node occupies.</summary>
    internal long LengthBytes => (HeaderBytes + KeyBytes + StoredBytes + 1) & ~1L;

    private int KeyBytes => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[6..]);

    private long StoredBytes => !isLeaf ? 0 : (Flags & LargeValueFlag) != 0 ? sizeof(ulong) : ValueBytes;
}
