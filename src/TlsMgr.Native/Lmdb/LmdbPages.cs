// Reads the pages of an LMDB file one by one, each for one purpose, without mapping or changing the file.

using System;
using System.Buffers.Binary;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Lmdb;

/// <summary>The pages of a file, taken as a walk meets them.</summary>
/// <param name="descriptor">The file, open for reading.</param>
/// <param name="count">Pages that the file says it has.</param>
/// <param name="isTimeUp">Called every 64 reads: whether to stop.</param>
internal sealed class LmdbPages(int descriptor, int count, Func<bool> isTimeUp)
{
    private const int Page = LmdbEnvironment.PageBytes;
    private const int ReadsPerLook = 64;
    private const ushort LargeValueFlag = 0x04;

    private readonly LmdbPageSet _taken = new(count);
    private readonly byte[] _piece = new byte[16 * Page];
    private int _reads;

    /// <summary>The fault of the file, once a page was refused.</summary>
    internal LmdbFileKind Fault { get; private set; } = LmdbFileKind.Damaged;

    /// <summary>Pages of values that were taken so far.</summary>
    internal ulong LargePages { get; private set; }

    /// <summary>Takes a page without reading it; false when it does not exist, or was taken.</summary>
    internal bool Take(ulong number) => _taken.Add(number);

    /// <summary>Takes a page and reads it.</summary>
    internal bool Take(ulong number, Span<byte> page) => _taken.Add(number) && Read(number, 0, page);

    /// <summary>
    /// Takes the pages of a value that has pages of its own, reads it completely, and passes it on piece by piece. Each
    /// piece but the last has a multiple of 8 bytes.
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
