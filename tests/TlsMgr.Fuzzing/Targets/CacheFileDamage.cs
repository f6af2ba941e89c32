using System;
using System.Buffers.Binary;

namespace TlsMgr.Fuzzing.Targets;

/// <summary>
/// Applies an input to an intact file. Inputs stay small, and most of them change what LMDB trusts: numbers of 16 bits,
/// mostly in the heads of pages. Layout of an input:
///
///   0 index of the file | 1 pages cut off its end | then changes of 6 bytes each:
///   0 kind: bit 0 anywhere rather than in the head of the page, bits 1 and 2 how | 1 page | 2 word u16 | 4 value u16
/// </summary>
internal static class CacheFileDamage
{
    private const int Page = 4096;
    private const int HeaderBytes = 2;
    private const int LengthBytes = 6;

    // The head of a page, or of a meta page, and the first offsets of nodes.
    private const int HeadWords = 80;

    internal static byte[] Apply(ReadOnlySpan<byte> input, byte[][] files)
    {
        if (input.Length < HeaderBytes)
        {
            return [.. files[0]];
        }

        byte[] intact = files[input[0] % files.Length];
        int pages = intact.Length / Page;
        byte[] bytes = intact[..((pages - (input[1] % pages)) * Page)];
        pages = bytes.Length / Page;
        for (ReadOnlySpan<byte> rest = input[HeaderBytes..]; rest.Length >= LengthBytes; rest = rest[LengthBytes..])
        {
            int kind = rest[0];
            int word = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) % ((kind & 1) == 0 ? HeadWords : Page / 2);
            Span<byte> target = bytes.AsSpan((rest[1] % pages * Page) + (2 * word));
            int old = BinaryPrimitives.ReadUInt16LittleEndian(target);
            int value = BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
            value = ((kind >> 1) & 3) switch
            {
                0 => value,
                1 => value % (pages + 2),
                2 => old + (sbyte)value,
                _ => old ^ (1 << (value & 15)),
            };
            BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)value);
        }

        return bytes;
    }

    /// <summary>An input with no change or one small change.</summary>
    internal static byte[] Example(int file, int number) =>
        number < 4 ? [(byte)file, 0] : [(byte)file, 0, (byte)number, (byte)number, (byte)number, 0, 1, 0];
}
