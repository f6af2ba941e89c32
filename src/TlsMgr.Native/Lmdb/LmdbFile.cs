// Examines an LMDB file by reading, without mapping or changing it: a damaged file that is mapped ends the process
// (SIGBUS, SIGSEGV).

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Lmdb;

/// <summary>Examines files before LMDB opens them.</summary>
public static class LmdbFile
{
    /// <summary>
    /// Offset of 2 KiB in the first page that LMDB neither reads nor writes once the file exists: free for its owner.
    /// </summary>
    public const int SpareOffset = 2048;

    /// <summary>The size of that space in bytes.</summary>
    public const int SpareBytes = LmdbPageSize.SmallestBytes - SpareOffset;

    // 256 GiB of the smallest pages: bounds the memory of a walk, one bit per page.
    private const ulong MostPages = 1 << 26;

    // Pages at the end of the file that were freed in the transaction that took them, and never written.
    private const ulong MostUnwrittenBytes = 64 * 1024 * 1024;

    /// <summary>Classifies an open file by its meta pages and its main database.</summary>
    /// <param name="descriptor">The file, open for reading; its position is left alone.</param>
    /// <param name="databaseName">The database that makes a file ours, as UTF-8.</param>
    public static LmdbFileKind Identify(int descriptor, ReadOnlySpan<byte> databaseName)
    {
        LmdbFileKind kind = ReadMeta(descriptor, out LmdbMeta meta, out long fileBytes);
        if (kind != LmdbFileKind.Ours)
        {
            return kind;
        }

        if (meta.Main.IsEmpty)
        {
            // As Empty leaves it until the databases are made.
            return LmdbFileKind.Empty;
        }

        // With no more databases than ours, the root is the only page.
        Span<byte> bytes = stackalloc byte[LmdbPageSize.LargestBytes];
        bytes = bytes[..meta.PageBytes];
        LmdbPages pages = new(descriptor, meta, fileBytes);
        if (!pages.Take(meta.Main.Root, bytes))
        {
            return pages.Fault;
        }

        if (meta.Main.Depth != 1)
        {
            return LmdbFileKind.Foreign;
        }

        return !LmdbPage.TryRead(bytes, meta.Main.Root, isLeaf: true, out LmdbPage page)
            ? LmdbFileKind.Damaged
            : Names(page, databaseName) ? LmdbFileKind.Ours : LmdbFileKind.Foreign;
    }

    /// <summary>
    /// Reads a complete open file at once. <see cref="LmdbFileKind.Ours"/> means that LMDB can map and change it.
    /// </summary>
    /// <param name="descriptor">The file, open for reading, and locked against changes by other processes.</param>
    public static LmdbFileKind Examine(int descriptor)
    {
        LmdbExamination examination = new(descriptor);
        while (examination.Step())
        {
        }

        return examination.Kind;
    }

    /// <summary>
    /// Discards the content of a file that LMDB may have open, but of which it has read only meta pages: makes it an
    /// LMDB file without a database, of two pages. The owner's space in the first page is kept.
    /// </summary>
    /// <param name="descriptor">The file, open for reading and writing.</param>
    /// <param name="pageBytes">The size of its pages: that by which LMDB has it open.</param>
    /// <returns>0, or the negative of an <see cref="Errno"/>.</returns>
    public static int Empty(int descriptor, int pageBytes)
    {
        Span<byte> first = stackalloc byte[LmdbMeta.LengthBytes];
        Span<byte> second = stackalloc byte[LmdbMeta.LengthBytes];
        first.Clear();
        second.Clear();
        FileDescriptor.ReadAt(descriptor, first, 0);
        FileDescriptor.ReadAt(descriptor, second, pageBytes);
        int inForce = LmdbMeta.IsSecondInForce(first, second) ? 1 : 0;

        // The page in force last: when a write fails, LMDB goes on with the content of before, not with an older one.
        int result = WriteEmptyMeta(descriptor, 1 - inForce, pageBytes);
        result = result < 0 ? result : WriteEmptyMeta(descriptor, inForce, pageBytes);
        if (result == 0)
        {
            // From here on the content is gone. A file that stays long is sound: LMDB writes its pages anew.
            FileDescriptor.Truncate(descriptor, 2L * pageBytes);
        }

        return result;
    }

    internal static LmdbFileKind ReadMeta(int descriptor, out LmdbMeta meta, out long fileBytes)
    {
        meta = default;
        fileBytes = 0;
        Span<byte> first = stackalloc byte[LmdbMeta.LengthBytes];
        int count = FileDescriptor.ReadAt(descriptor, first, 0);
        if (count <= 0)
        {
            return count == 0 ? LmdbFileKind.Empty : LmdbFileKind.Unreadable;
        }

        if (FileStatus.OfDescriptor(descriptor, out FileStatus status) < 0)
        {
            return LmdbFileKind.Unreadable;
        }

        fileBytes = status.SizeBytes;
        if (count < first.Length || !LmdbMeta.TryReadPageBytes(first, out int pageBytes) || fileBytes < 2L * pageBytes)
        {
            return LmdbFileKind.Damaged;
        }

        Span<byte> second = stackalloc byte[LmdbMeta.LengthBytes];
        count = FileDescriptor.ReadAt(descriptor, second, pageBytes);
        if (count < 0)
        {
            return LmdbFileKind.Unreadable;
        }

        ulong page = (ulong)pageBytes;
        return count == second.Length && LmdbMeta.TryRead(first, second, out meta)
            && meta.LastPage < ulong.Min(MostPages, ((ulong)fileBytes / page) + (MostUnwrittenBytes / page))
            ? LmdbFileKind.Ours
            : LmdbFileKind.Damaged;
    }

    private static int WriteEmptyMeta(int descriptor, int number, int pageBytes)
    {
        Span<byte> page = stackalloc byte[LmdbPageSize.LargestBytes];
        page = page[..pageBytes];
        LmdbMeta.WriteEmpty(page, number);
        if (number > 0)
        {
            return Write(descriptor, page, pageBytes);
        }

        int result = Write(descriptor, page[..SpareOffset], 0);
        int behind = SpareOffset + SpareBytes;
        return result < 0 || behind == pageBytes ? result : Write(descriptor, page[behind..], behind);
    }

    private static int Write(int descriptor, ReadOnlySpan<byte> bytes, long offset)
    {
        int result = FileDescriptor.WriteAt(descriptor, bytes, offset);
        return result < 0 ? result : result == bytes.Length ? 0 : -Errno.NoSpace;
    }

    private static bool Names(LmdbPage page, ReadOnlySpan<byte> databaseName)
    {
        for (int index = 0; index < page.Count; index++)
        {
            LmdbNode entry = page[index];
            if (entry.Flags == LmdbNode.DatabaseFlag && entry.Key.SequenceEqual(databaseName))
            {
                return true;
            }
        }

        return false;
    }
}
