// The pages of an LMDB file, read one by one, each for one purpose. Must never map or change the file.

using System;
using System.Buffers.Binary;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Lmdb;

/// <summary>Pages that are taken as the walk through a file meets them.</summary>
/// <param name="descriptor">The file, open for reading.</param>
/// <param name="count">Pages that the file says it has.</param>
/// <param name="isTimeUp">Asked now and then: whether to give up.</param>
internal sealed class LmdbPages(int descriptor, int count, Func<bool> isTimeUp)
{
    private const int Page = LmdbEnvironment.PageBytes;
    private const int ReadsPerLook = 64;
    private const ushort LargeValueFlag = 0x04;

    private readonly LmdbPageSet _taken = new(count);
    private readonly byte[] _piece = new byte[16 * Page];
    private int _reads;

    /// <summary>What is wrong with the file, once something was not taken.</summary>
    internal LmdbFileKind Fault { get; private set; } = LmdbFileKind.Damaged;

    /// <summary>Pages of values that were taken so far.</summary>
    internal ulong LargePages { get; private set; }

    /// <summary>Takes a page that need not be read; false when there is no such page, or it was taken.</summary>
    internal bool Take(ulong number) => _taken.Add(number);

    /// <summary>Takes a page and reads it.</summary>
    internal bool Take(ulong number, Span<byte> page) => _taken.Add(number) && Read(number, 0, page);

    /// <summary>
    /// Takes the pages of a value that has pages of its own, reads all of it, and shows it piece by piece, each of a
    /// size that 8 divides, but for the last.
    /// </summary>
    internal bool TakeValue(LmdbNode node, Func<ReadOnlySpan<byte>, bool> look)
    {
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(node.Value);
        Span<byte> header = _piece.AsSpan(0, LmdbPage.HeaderBytes);
        if (!Take(first, header)
            || BinaryPrimitives.ReadUInt64LittleEndian(header) != first
            || BinaryPrimitives.ReadUInt16LittleEndian(header[10..]) != LargeValueFlag)
        {
            return false;
        }

        uint pages = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        long lengthBytes = node.ValueBytes;
        if (pages == 0 || LmdbPage.HeaderBytes + lengthBytes > (long)pages * Page
            || !_taken.Add(first + 1, pages - 1))
        {
            return false;
        }

        LargePages += pages;
        for (long done = 0; done < lengthBytes; done += _piece.Length)
        {
            Span<byte> piece = _piece.AsSpan(0, (int)long.Min(lengthBytes - done, _piece.Length));
            if (!Read(first, LmdbPage.HeaderBytes + done, piece) || !look(piece))
            {
                return false;
            }
        }

        return true;
    }

    private bool Read(ulong number, long offset, Span<byte> bytes)
    {
        if (_reads++ % ReadsPerLook == 0 && isTimeUp())
        {
            Fault = LmdbFileKind.TooLong;
            return false;
        }

        int read = FileDescriptor.ReadAt(descriptor, bytes, ((long)number * Page) + offset);
        if (read == bytes.Length)
        {
            return true;
        }

        Fault = read < 0 ? LmdbFileKind.Unreadable : LmdbFileKind.CutShort;
        return false;
    }
}
