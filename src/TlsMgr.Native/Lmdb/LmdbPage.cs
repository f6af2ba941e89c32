// One page of a tree in an LMDB file, and its nodes. A page is accepted when its nodes fill it without a gap, from the
// begin it names to its end: whatever LMDB then does stays within the page.
//
//   page   0 page number u64 | 10 flags u16 | 12 end of the offsets u16 | 14 begin of the nodes u16 | 16 offsets u16
//   node   0 value size u32 | 4 flags u16 | 6 key size u16 | 8 key | value; of an even size           little endian
//          in a branch, the first six bytes are the child's page number; where the value lies on pages of its own,
//          their first page number u64 stands in its place

using System;
using System.Buffers.Binary;

namespace TlsMgr.Native.Lmdb;

/// <summary>A branch or leaf page that was checked.</summary>
internal readonly ref struct LmdbPage
{
    internal const int HeaderBytes = 16;
    private const ushort BranchFlag = 0x01;
    private const ushort LeafFlag = 0x02;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _isLeaf;

    private LmdbPage(ReadOnlySpan<byte> bytes, bool isLeaf)
    {
        _bytes = bytes;
        _isLeaf = isLeaf;
    }

    /// <summary>The number of nodes.</summary>
    internal int Count => (ReadNumber(12) - HeaderBytes) / 2;

    private int NodesBegin => ReadNumber(14);

    private int Length => _bytes.Length;

    /// <summary>A node, in the order of keys.</summary>
    internal LmdbNode this[int index] => new(_bytes[ReadNumber(HeaderBytes + (2 * index))..], _isLeaf);

    /// <summary>A branch page that was checked before.</summary>
    internal static LmdbPage OfBranch(ReadOnlySpan<byte> bytes) => new(bytes, isLeaf: false);

    /// <summary>
    /// Checks a page, which is all of the bytes; false when it is not a sound page of that kind and number.
    /// </summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, ulong number, bool isLeaf, out LmdbPage page)
    {
        page = new LmdbPage(bytes, isLeaf);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) == number
            && page.ReadNumber(10) == (isLeaf ? LeafFlag : BranchFlag)
            && page.ReadNumber(12) is > HeaderBytes and var end && end % 2 == 0
            && end <= page.NodesBegin && page.NodesBegin <= page.Length
            && page.IsFilled();
    }

    private bool IsFilled()
    {
        Span<ulong> begins = stackalloc ulong[Length / 64];
        for (int index = 0; index < Count; index++)
        {
            int offset = ReadNumber(HeaderBytes + (2 * index));
            if (offset < NodesBegin || offset >= Length || IsSet(begins, offset))
            {
                return false;
            }

            begins[offset / 64] |= 1UL << (offset % 64);
        }

        int place = NodesBegin;
        for (int nodes = 0; nodes < Count; nodes++)
        {
            if (place > Length - LmdbNode.HeaderBytes || !IsSet(begins, place))
            {
                return false;
            }

            long size = new LmdbNode(_bytes[place..], _isLeaf).LengthBytes;
            if (size > Length - place)
            {
                return false;
            }

            place += (int)size;
        }

        return place == Length;
    }

    private static bool IsSet(ReadOnlySpan<ulong> begins, int offset) =>
        (begins[offset / 64] & (1UL << (offset % 64))) != 0;

    private int ReadNumber(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[offset..]);
}
