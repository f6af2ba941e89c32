// What an LMDB file looks like from outside: enough to tell a file of ours from any other by reading, without mapping
// it. Must never map or change the file: a damaged one would end the process (SIGBUS, SIGSEGV).
//
// Page 0 and page 1 are meta pages, the one with the higher transaction number counts (little endian, page size 4096):
//   0 page number u64 | 10 flags u16 | 16 magic u32 | 20 version u32 | 40 free-page database | 88 main database
//   | 136 last page u64 | 144 transaction u64       a database: 0 page size u32 (free-page database only) | 40 root u64
// A leaf page: 10 flags u16 | 12 end of the offsets u16 | 16 offsets u16 each
//   an entry: 4 flags u16 | 6 key size u16 | 8 key

using System;
using System.Buffers.Binary;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Lmdb;

/// <summary>What a file was found to be.</summary>
public enum LightningFileKind
{
    /// <summary>It has no bytes.</summary>
    Empty,

    /// <summary>An LMDB file whose main database names the database that was asked for.</summary>
    Ours,

    /// <summary>A sound LMDB file without that database: made by somebody else, or by another version.</summary>
    Foreign,

    /// <summary>An LMDB file that lacks its end.</summary>
    CutShort,

    /// <summary>Not an LMDB file, or one that is damaged.</summary>
    Damaged,

    /// <summary>It could not be read.</summary>
    Unreadable,
}

/// <summary>Examines files that claim to be LMDB's.</summary>
public static class LightningFile
{
    private const int Page = LightningEnvironment.PageBytes;
    private const int HeaderBytes = 16;
    private const ushort LeafFlag = 0x02;
    private const ushort MetaFlag = 0x08;
    private const ushort SubDatabaseFlag = 0x02;
    private const uint Magic = 0xbeefc0de;
    private const uint Version = 1;

    /// <summary>Reads as much of an open file as tells what it is.</summary>
    /// <param name="descriptor">The file, open for reading; its position is left alone.</param>
    /// <param name="databaseName">The database that makes a file ours, as UTF-8.</param>
    public static LightningFileKind Examine(int descriptor, ReadOnlySpan<byte> databaseName)
    {
        if (FileStatus.OfDescriptor(descriptor, out FileStatus status) < 0)
        {
            return LightningFileKind.Unreadable;
        }

        if (status.SizeBytes == 0)
        {
            return LightningFileKind.Empty;
        }

        Span<byte> pages = stackalloc byte[2 * Page];
        int count = FileDescriptor.ReadAt(descriptor, pages, 0);
        if (count < 0)
        {
            return LightningFileKind.Unreadable;
        }

        if (count < pages.Length || !IsMeta(pages[..Page], 0) || !IsMeta(pages[Page..], 1))
        {
            return LightningFileKind.Damaged;
        }

        ReadOnlySpan<byte> meta = Transaction(pages) >= Transaction(pages[Page..]) ? pages[..Page] : pages[Page..];
        ulong root = BinaryPrimitives.ReadUInt64LittleEndian(meta[128..]);
        ulong last = BinaryPrimitives.ReadUInt64LittleEndian(meta[136..]);
        return root == ulong.MaxValue
            ? LightningFileKind.Foreign
            : ExamineRoot(descriptor, status.SizeBytes, root, last, databaseName);
    }

    private static LightningFileKind ExamineRoot(
        int descriptor, long sizeBytes, ulong root, ulong last, ReadOnlySpan<byte> databaseName)
    {
        if (root < 2 || root > last)
        {
            return LightningFileKind.Damaged;
        }

        // The last pages need not have been written when their transaction freed them again, but the root was.
        if (sizeBytes % Page != 0 || root >= (ulong)(sizeBytes / Page))
        {
            return LightningFileKind.CutShort;
        }

        Span<byte> page = stackalloc byte[Page];
        if (FileDescriptor.ReadAt(descriptor, page, (long)root * Page) != Page)
        {
            return LightningFileKind.Unreadable;
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(page) != root)
        {
            return LightningFileKind.Damaged;
        }

        return Names(page, databaseName) ? LightningFileKind.Ours : LightningFileKind.Foreign;
    }

    private static bool IsMeta(ReadOnlySpan<byte> page, ulong number) =>
        BinaryPrimitives.ReadUInt64LittleEndian(page) == number
        && BinaryPrimitives.ReadUInt16LittleEndian(page[10..]) == MetaFlag
        && BinaryPrimitives.ReadUInt32LittleEndian(page[16..]) == Magic
        && BinaryPrimitives.ReadUInt32LittleEndian(page[20..]) == Version
        && BinaryPrimitives.ReadUInt32LittleEndian(page[40..]) == Page;

    private static ulong Transaction(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt64LittleEndian(page[144..]);

    private static bool Names(ReadOnlySpan<byte> page, ReadOnlySpan<byte> databaseName)
    {
        int end = BinaryPrimitives.ReadUInt16LittleEndian(page[12..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(page[10..]) != LeafFlag || end > Page)
        {
            return false;
        }

        for (int place = HeaderBytes; place + 2 <= end; place += 2)
        {
            int entry = BinaryPrimitives.ReadUInt16LittleEndian(page[place..]);
            if (entry + 8 + databaseName.Length <= Page
                && BinaryPrimitives.ReadUInt16LittleEndian(page[(entry + 4)..]) == SubDatabaseFlag
                && BinaryPrimitives.ReadUInt16LittleEndian(page[(entry + 6)..]) == databaseName.Length
                && page.Slice(entry + 8, databaseName.Length).SequenceEqual(databaseName))
            {
                return true;
            }
        }

        return false;
    }
}
