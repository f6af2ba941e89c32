// Reads the pages of an LMDB file one by one, each for one purpose, without mapping or changing the file.

using System;
using System.Buffers.Binary;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Lmdb;

/// <summary>The pages of a file, taken as a walk meets them.</summary>
/// <param name="descriptor">The file, open for reading.</param>
/// <param name="meta">The meta page in force.</param>
/// <param name="fileBytes">The size of the file.</param>
internal sealed class LmdbPages(int descriptor, LmdbMeta meta, long fileBytes)
{
    private const ushort LargeValueFlag = 0x04;

    private readonly LmdbPageSet _taken = new((int)meta.LastPage + 1);

    /// <summary>The size of a page.</summary>
    internal int PageBytes { get; } = meta.PageBytes;

    /// <summary>The fault of the file, once a page was refused.</summary>
    internal LmdbFileKind Fault { get; private set; } = LmdbFileKind.Damaged;

    /// <summary>Pages of values that were taken so far.</summary>
    internal ulong LargePages { get; private set; }

    /// <summary>Takes a page without reading it; false when it does not exist, or was taken.</summary>
    internal bool Take(ulong number) => _taken.Add(number);

    /// <summary>Takes a page that is known to be sound, if the file has it; false when it does not.</summary>
    internal bool TakeUnread(ulong number)
    {
        if (!_taken.Add(number))
        {
            return false;
        }

        bool isInFile = (long)number < fileBytes / PageBytes;
        Fault = isInFile ? Fault : LmdbFileKind.CutShort;
        return isInFile;
    }

    /// <summary>Takes a page and reads it.</summary>
    internal bool Take(ulong number, Span<byte> page) => _taken.Add(number) && Read(number, 0, page);

    /// <summary>Takes the pages of a value that has pages of its own; the value itself is not read.</summary>
    internal bool TakeValue(LmdbNode node, out LmdbLargeValue value)
    {
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(node.Value);
        value = new LmdbLargeValue(first, node.ValueBytes);
        Span<byte> header = stackalloc byte[LmdbPage.HeaderBytes];
        if (!Take(first, header)
            || BinaryPrimitives.ReadUInt64LittleEndian(header) != first
            || BinaryPrimitives.ReadUInt16LittleEndian(header[10..]) != LargeValueFlag)
        {
            return false;
        }

        uint pages = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (pages == 0 || LmdbPage.HeaderBytes + value.LengthBytes > (long)pages * PageBytes
            || !_taken.Add(first + 1, pages - 1))
        {
            return false;
        }

        LargePages += pages;
        return true;
    }

    /// <summary>Reads a part of a value whose pages were taken.</summary>
    internal bool ReadValue(LmdbLargeValue value, long offset, Span<byte> part) =>
        Read(value.FirstPage, LmdbPage.HeaderBytes + offset, part);

    /// <summary>Whether every page behind the end of the file was taken: freed, and never written.</summary>
    internal bool HasAllBehindEnd => _taken.HasAllFrom(fileBytes / PageBytes);

    private bool Read(ulong number, long offset, Span<byte> bytes)
    {
        int read = FileDescriptor.ReadAt(descriptor, bytes, ((long)number * PageBytes) + offset);
        if (read == bytes.Length)
        {
            return true;
        }

        Fault = read < 0 ? LmdbFileKind.Unreadable : LmdbFileKind.CutShort;
        return false;
    }
}
