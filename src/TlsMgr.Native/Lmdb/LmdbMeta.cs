// The meta pages of an LMDB file: pages 0 and 1. The one with the higher transaction number is in force:
//   0 page number u64 | 10 flags u16 | 16 magic u32 | 20 version u32 | 40 free-page database, which has the page size
//   | 88 main database | 136 last page u64 | 144 transaction u64                      little endian
// Both must be sound: where one is not, LMDB takes the other, whose pages may have been reused. LMDB writes them
// alternately, page N mod 2 for transaction N, so that their transactions are neighbours; in a new file both are 0.

using System;
using System.Buffers.Binary;

namespace TlsMgr.Native.Lmdb;

/// <summary>struct MDB_meta.</summary>
internal readonly record struct LmdbMeta(
    int PageBytes, LmdbDatabaseRecord FreePages, LmdbDatabaseRecord Main, ulong LastPage, ulong Transaction)
{
    /// <summary>The bytes of a page that hold it.</summary>
    internal const int LengthBytes = 152;

    private const ushort MetaFlag = 0x08;

    // MDB_INTEGERKEY, and the low bits of what the environment was made with: MDB_NOSUBDIR. Above all not MDB_FIXEDMAP.
    private const ushort FreePagesFlags = 0x4008;
    private const uint Magic = 0xbeefc0de;
    private const uint Version = 1;
    private const ulong LastMetaPage = 1;

    /// <summary>Reads the size of the pages from the first one; false when it is no meta page.</summary>
    internal static bool TryReadPageBytes(ReadOnlySpan<byte> first, out int pageBytes)
    {
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(first[40..]);
        pageBytes = LmdbPageSize.IsPossible(size) ? (int)size : 0;
        return pageBytes > 0 && IsMeta(first, 0);
    }

    /// <summary>Reads the two meta pages; false when they are not those of a file that LMDB made for us.</summary>
    /// <param name="firstPage">The beginning of the first page, which has a page size.</param>
    /// <param name="secondPage">The beginning of the second page.</param>
    /// <param name="meta">The one in force.</param>
    internal static bool TryRead(ReadOnlySpan<byte> firstPage, ReadOnlySpan<byte> secondPage, out LmdbMeta meta)
    {
        meta = default;
        if (!IsMeta(firstPage, 0) || !IsMeta(secondPage, 1))
        {
            return false;
        }

        LmdbMeta first = Read(firstPage);
        LmdbMeta second = Read(secondPage);
        bool isSecond = first.Transaction < second.Transaction;
        meta = isSecond ? second : first;
        LmdbMeta before = isSecond ? first : second;
        return first.PageBytes == second.PageBytes
            && HasOurFlags(first) && HasOurFlags(second) && meta.LastPage >= before.LastPage
            && before.LastPage >= LastMetaPage
            && (IsNew(first, second) || (meta.Transaction - before.Transaction == 1
                && meta.Transaction % 2 == (isSecond ? 1UL : 0)));
    }

    /// <summary>Whether the second of two pages is in force, as LMDB decides it.</summary>
    internal static bool IsSecondInForce(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        Read(first).Transaction < Read(second).Transaction;

    /// <summary>
    /// Writes a meta page of a file without a database, as LMDB makes it, for a file that LMDB has open but has read
    /// nothing of since.
    /// </summary>
    /// <param name="page">Receives the complete page.</param>
    /// <param name="number">Its number, 0 or 1.</param>
    internal static void WriteEmpty(Span<byte> page, int number)
    {
        page.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(page, (ulong)number);
        BinaryPrimitives.WriteUInt16LittleEndian(page[10..], MetaFlag);
        BinaryPrimitives.WriteUInt32LittleEndian(page[16..], Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(page[20..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(page[40..], page.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(page[44..], FreePagesFlags);
        BinaryPrimitives.WriteUInt64LittleEndian(page[80..], LmdbDatabaseRecord.NoPage);
        BinaryPrimitives.WriteUInt64LittleEndian(page[128..], LmdbDatabaseRecord.NoPage);
        BinaryPrimitives.WriteUInt64LittleEndian(page[136..], LastMetaPage);
    }

    private static bool HasOurFlags(LmdbMeta meta) => meta.FreePages.Flags == FreePagesFlags && meta.Main.Flags == 0;

    private static bool IsNew(LmdbMeta first, LmdbMeta second) => (first.Transaction | second.Transaction) == 0;

    private static LmdbMeta Read(ReadOnlySpan<byte> page) => new(
        BinaryPrimitives.ReadInt32LittleEndian(page[40..]),
        LmdbDatabaseRecord.Read(page[40..]), LmdbDatabaseRecord.Read(page[88..]),
        BinaryPrimitives.ReadUInt64LittleEndian(page[136..]), BinaryPrimitives.ReadUInt64LittleEndian(page[144..]));

    private static bool IsMeta(ReadOnlySpan<byte> page, ulong number) =>
        BinaryPrimitives.ReadUInt64LittleEndian(page) == number
        && BinaryPrimitives.ReadUInt16LittleEndian(page[10..]) == MetaFlag
        && BinaryPrimitives.ReadUInt32LittleEndian(page[16..]) == Magic
        && BinaryPrimitives.ReadUInt32LittleEndian(page[20..]) == Version;
}
