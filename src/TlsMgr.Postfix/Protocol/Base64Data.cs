// Binary data on the wire: RFC 4648 base64 with padding and without line breaks, with the two liberties that the
// original takes when it decodes. Allocates nothing.

using System;
using System.Buffers;
using System.Buffers.Text;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TlsMgr.Postfix.Protocol;

/// <summary>Base64 as the attribute protocol carries it.</summary>
public static class Base64Data
{
    private const byte Padding = (byte)'=';
    private const int GroupCharacters = 4;
    private const int GroupBytes = 3;

    /// <summary>Encodes; answers how many characters that made.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="room">Where to encode to: four characters for each three bytes begun.</param>
    public static int Encode(ReadOnlySpan<byte> data, Span<byte> room)
    {
        // The library asks in each round what the processor can do, which costs a lookup a tenth of its time.
        int bytes = Ssse3.IsSupported ? EncodeVectors(data, room) : 0;
        int characters = bytes / GroupBytes * GroupCharacters;
        Base64.EncodeToUtf8(data[bytes..], room[characters..], out _, out int others);
        return characters + others;
    }

    /// <summary>The most bytes that a text of this length can decode to.</summary>
    public static int DecodedLimit(int characters) => (characters / GroupCharacters * GroupBytes) + GroupBytes;

    /// <summary>
    /// Decodes. Unlike RFC 4648, spare bits need not be zero (<c>QR==</c> is one byte), and what stands behind a
    /// padding character is not looked at, though the whole must be groups of four (<c>QUI=QUI=</c> is two bytes).
    /// </summary>
    /// <param name="text">The text; empty is no bytes.</param>
    /// <param name="room">Where to decode to, <see cref="DecodedLimit"/> bytes at least.</param>
    /// <param name="lengthBytes">How many bytes were decoded.</param>
    /// <returns>False for a length that is no multiple of four, and for characters outside the alphabet.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> room, out int lengthBytes)
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

        // The library's decoder is fast, but takes white space and knows nothing of data behind padding. A body that it
        // decodes to the full number of bytes had neither; anything else is gone through again, group by group.
        ReadOnlySpan<byte> body = text[..^GroupCharacters];
        OperationStatus status = Base64.DecodeFromUtf8(body, room, out _, out int bodyBytes, isFinalBlock: false);
        bool isPlain = status == OperationStatus.Done && bodyBytes == body.Length / GroupCharacters * GroupBytes;
        lengthBytes = isPlain ? bodyBytes : 0;
        return TryDecodeGroups(isPlain ? text[^GroupCharacters..] : text, room, ref lengthBytes);
    }

    /// <summary>
    /// Encodes twelve bytes to sixteen characters at a time while sixteen can be read; answers how many bytes that
    /// were. The method of W. Muła and D. Lemire, "Faster Base64 Encoding and Decoding using AVX2 Instructions" (2018).
    /// </summary>
    private static int EncodeVectors(ReadOnlySpan<byte> data, Span<byte> room)
    {
        Vector128<byte> order = Vector128.Create((byte)1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
        // From value to character, by range: 'a' - 26, ten times '0' - 52, '+' - 62, '/' - 63, and 'A'.
        Vector128<byte> shifts = Vector128.Create(
            (byte)71, 252, 252, 252, 252, 252, 252, 252, 252, 252, 252, 237, 240, 65, 0, 0);
        int bytes = 0;
        for (; data.Length - bytes >= Vector128<byte>.Count; bytes += 12, room = room[Vector128<byte>.Count..])
        {
            // Each group of three bytes is spread over four, then each value of six bits moved to the end of its byte.
            Vector128<uint> groups = Ssse3.Shuffle(Vector128.Create(data[bytes..]), order).AsUInt32();
            Vector128<ushort> outer = Sse2.MultiplyHigh(
                (groups & Vector128.Create(0x0fc0fc00u)).AsUInt16(), Vector128.Create(0x04000040u).AsUInt16());
            Vector128<ushort> inner =
                (groups & Vector128.Create(0x003f03f0u)).AsUInt16() * Vector128.Create(0x01000010u).AsUInt16();
            Vector128<byte> values = (outer | inner).AsByte();

            // The ranges: 13 for capitals, 0 for small letters, 1 to 12 for the rest.
            Vector128<byte> ranges = Sse2.SubtractSaturate(values, Vector128.Create((byte)51));
            ranges |= Vector128.LessThan(values, Vector128.Create((byte)26)) & Vector128.Create((byte)13);
            (values + Ssse3.Shuffle(shifts, ranges)).CopyTo(room);
        }

        return bytes;
    }

    private static bool TryDecodeGroups(ReadOnlySpan<byte> text, Span<byte> room, ref int lengthBytes)
    {
        for (; !text.IsEmpty; text = text[GroupCharacters..])
        {
            int first = ValueOf(text[0]);
            int second = ValueOf(text[1]);
            if ((first | second) < 0)
            {
                return false;
            }

            room[lengthBytes++] = (byte)((first << 2) | (second >> 4));
            if (text[2] == Padding)
            {
                return true;
            }

            int third = ValueOf(text[2]);
            if (third < 0)
            {
                return false;
            }

            room[lengthBytes++] = (byte)((second << 4) | (third >> 2));
            if (text[3] == Padding)
            {
                return true;
            }

            int fourth = ValueOf(text[3]);
            if (fourth < 0)
            {
                return false;
            }

            room[lengthBytes++] = (byte)((third << 6) | fourth);
        }

        return true;
    }

    /// <summary>The six bits that a character stands for, or -1.</summary>
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
