using System;
using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TlsMgr.Postfix.Protocol;

/// <summary>
/// Binary data of the attribute protocol: base64 with padding and without line breaks (RFC 4648), decoded with two
/// deviations of Postfix (<see cref="TryDecode"/>). Allocates nothing.
/// </summary>
public static class Base64Data
{
    private const byte Padding = (byte)'=';
    private const int GroupCharacters = 4;
    private const int GroupBytes = 3;

    /// <summary>Encodes data and returns the number of characters.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="destination">Receives four characters for each group of up to three bytes.</param>
    public static int Encode(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        // .NET's encoder checks the features of the processor in each round: a tenth of the time of a lookup.
        int bytes = Ssse3.IsSupported ? EncodeVectors(data, destination) : 0;
        int characters = bytes / GroupBytes * GroupCharacters;
        Base64.EncodeToUtf8(data[bytes..], destination[characters..], out _, out int others);
        return characters + others;
    }

    /// <summary>Returns the maximum number of bytes that a text of this length decodes to.</summary>
    public static int DecodedLimit(int characters) => (characters / GroupCharacters * GroupBytes) + GroupBytes;

    /// <summary>
    /// Decodes a text. Unlike RFC 4648, spare bits need not be zero (<c>QR==</c> is one byte), and text after a padding
    /// character is ignored, though the text must consist of complete groups of four (<c>QUI=QUI=</c> is two bytes).
    /// </summary>
    /// <param name="text">The text; an empty text decodes to no bytes.</param>
    /// <param name="destination">Receives the bytes; at least <see cref="DecodedLimit"/> bytes long.</param>
    /// <param name="lengthBytes">The number of decoded bytes.</param>
    /// <returns>False for a length that is not a multiple of four, and for characters outside the alphabet.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> destination, out int lengthBytes)
    {
        lengthBytes = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text.Length % GroupCharacters != 0)
        {
            return false;
        }

        // .NET's decoder is fast, but it skips white space and rejects data after padding. A body that it decodes to
        // the full number of bytes has neither; any other text is decoded again, group by group.
        ReadOnlySpan<byte> body = text[..^GroupCharacters];
        OperationStatus status =
            Base64.DecodeFromUtf8(body, destination, out _, out int bodyBytes, isFinalBlock: false);
        bool isPlain = status == OperationStatus.Done && bodyBytes == body.Length / GroupCharacters * GroupBytes;
        lengthBytes = isPlain ? bodyBytes : 0;
        return TryDecodeGroups(isPlain ? text[^GroupCharacters..] : text, destination, ref lengthBytes);
    }

    /// <summary>
    /// Encodes twelve bytes to sixteen characters at a time while sixteen bytes can be read, and returns the number of
    /// encoded bytes. Method: W. Muła and D. Lemire, "Faster Base64 Encoding and Decoding using AVX2 Instructions"
    /// (2018).
    /// </summary>
    private static int EncodeVectors(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        Vector128<byte> order = Vector128.Create((byte)1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);

        // Offset from value to character, by range: 'a' - 26, ten times '0' - 52, '+' - 62, '/' - 63, and 'A'.
        Vector128<byte> shifts = Vector128.Create(
            (byte)71, 252, 252, 252, 252, 252, 252, 252, 252, 252, 252, 237, 240, 65, 0, 0);
        ref byte source = ref MemoryMarshal.GetReference(data);
        ref byte target = ref MemoryMarshal.GetReference(destination);
        int rounds = data.Length < Vector128<byte>.Count ? 0 : ((data.Length - Vector128<byte>.Count) / 12) + 1;
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, rounds * Vector128<byte>.Count);
        for (int i = 0; i < rounds; i++)
        {
            // Each group of three bytes is spread over four; then each value of six bits moves to the end of its byte.
            Vector128<uint> groups = Ssse3.Shuffle(Vector128.LoadUnsafe(ref source, (nuint)(12 * i)), order).AsUInt32();
            Vector128<ushort> outer = Sse2.MultiplyHigh(
                (groups & Vector128.Create(0x0fc0fc00u)).AsUInt16(), Vector128.Create(0x04000040u).AsUInt16());
            Vector128<ushort> inner =
                (groups & Vector128.Create(0x003f03f0u)).AsUInt16() * Vector128.Create(0x01000010u).AsUInt16();
            Vector128<byte> values = (outer | inner).AsByte();

            // The ranges: 13 for capitals, 0 for small letters, 1 to 12 for the rest.
            Vector128<byte> ranges = Sse2.SubtractSaturate(values, Vector128.Create((byte)51));
            ranges |= Sse2.CompareGreaterThan(Vector128.Create((sbyte)26), values.AsSByte()).AsByte()
                & Vector128.Create((byte)13);
            (values + Ssse3.Shuffle(shifts, ranges)).StoreUnsafe(ref target, (nuint)(Vector128<byte>.Count * i));
        }

        return 12 * rounds;
    }

    private static bool TryDecodeGroups(ReadOnlySpan<byte> text, Span<byte> destination, ref int lengthBytes)
    {
        for (; !text.IsEmpty; text = text[GroupCharacters..])
        {
            int first = ValueOf(text[0]);
            int second = ValueOf(text[1]);
            if ((first | second) < 0)
            {
                return false;
            }

            destination[lengthBytes++] = (byte)((first << 2) | (second >> 4));
            if (text[2] == Padding)
            {
                return true;
            }

            int third = ValueOf(text[2]);
            if (third < 0)
            {
                return false;
            }

            destination[lengthBytes++] = (byte)((second << 4) | (third >> 2));
            if (text[3] == Padding)
            {
                return true;
            }

            int fourth = ValueOf(text[3]);
            if (fourth < 0)
            {
                return false;
            }

            destination[lengthBytes++] = (byte)((third << 6) | fourth);
        }

        return true;
    }

    /// <summary>Returns the six bits of a character, or -1 for a character outside the alphabet.</summary>
    private static int ValueOf(byte character) => character switch
    {
        >= (byte)'A' and <= (byte)'Z' => character - 'A',
        >= (byte)'a' and <= (byte)'z' => character - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => character - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };
}
