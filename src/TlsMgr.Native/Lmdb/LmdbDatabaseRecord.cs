// A database as an LMDB file describes it: in a meta page, or as the value under the database's name. Nothing in it is
// trusted before the tree was walked.
//
//   0 page size u32 (free-page database only) | 4 flags u16 | 6 depth u16 | 8 branch pages u64 | 16 leaf pages u64
//   | 24 overflow pages u64 | 32 entries u64 | 40 root u64; all bits set: no page          little endian

using System;
using System.Buffers.Binary;

namespace TlsMgr.Native.Lmdb;

/// <summary>struct MDB_db.</summary>
internal readonly record struct LmdbDatabaseRecord(
    ushort Flags, ushort Depth, ulong BranchPages, ulong LeafPages, ulong OverflowPages, ulong Entries, ulong Root)
{
    internal const int LengthBytes = 48;
    internal const ulong NoPage = ulong.MaxValue;

    /// <summary>Whether the tree has no page.</summary>
    internal bool IsEmpty => Root == NoPage;

    internal static LmdbDatabaseRecord Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]));
}
