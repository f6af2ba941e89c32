// Writes attribute lists straight into the output: no string, no intermediate buffer, no allocation of its own.
// Layout of a message: name NUL value NUL … NUL.

using System;
using System.Buffers;
using System.Buffers.Text;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Protocol;

/// <summary>Writes one attribute list. Every list must be closed with <see cref="WriteEnd"/>.</summary>
/// <param name="output">Where the bytes go.</param>
public readonly ref struct AttributeWriter(IBufferWriter<byte> output)
{
    private const int LongestNumberCharacters = 10;
    private const int LongestLongCharacters = 20;

    /// <summary>
    /// Data is encoded in pieces of this many bytes: a multiple of three, so that no piece needs padding, and with its
    /// terminator a block of <see cref="MemoryLimits.BlockBytes"/> at most.
    /// </summary>
    private const int PieceBytes = 3069;

    private readonly IBufferWriter<byte> _output = output;

    /// <summary>Writes a number. The wire knows 32 bits without a sign: -1 travels as 4294967295.</summary>
    public void WriteNumber(ReadOnlySpan<byte> name, int number)
    {
        Span<byte> room = _output.GetSpan(name.Length + LongestNumberCharacters + 2);
        int length = PutTerminated(room, name);
        Utf8Formatter.TryFormat(unchecked((uint)number), room[length..], out int digits);
        room[length + digits] = 0;
        _output.Advance(length + digits + 1);
    }

    /// <summary>Writes a number of up to 64 bits, with its sign: only for peers that know of it.</summary>
    public void WriteLong(ReadOnlySpan<byte> name, long number)
    {
        Span<byte> digits = stackalloc byte[LongestLongCharacters];
        Utf8Formatter.TryFormat(number, digits, out int length);
        WriteText(name, digits[..length]);
    }

    /// <summary>Writes a text that holds no NUL.</summary>
    public void WriteText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Span<byte> room = _output.GetSpan(name.Length + value.Length + 2);
        int length = PutTerminated(room, name);
        length += PutTerminated(room[length..], value);
        _output.Advance(length);
    }

    /// <summary>Writes bytes as base64; empty data is an empty value.</summary>
    public void WriteData(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Span<byte> room = _output.GetSpan(name.Length + 1);
        _output.Advance(PutTerminated(room, name));
        while (data.Length > PieceBytes)
        {
            WritePiece(data[..PieceBytes], terminators: 0);
            data = data[PieceBytes..];
        }

        WritePiece(data, terminators: 1);
    }

    /// <summary>Writes the end of the list.</summary>
    public void WriteEnd()
    {
        _output.GetSpan(1)[0] = 0;
        _output.Advance(1);
    }

    private void WritePiece(ReadOnlySpan<byte> piece, int terminators)
    {
        Span<byte> room = _output.GetSpan(Base64.GetMaxEncodedToUtf8Length(piece.Length) + terminators);
        int characters = Base64Data.Encode(piece, room);
        room.Slice(characters, terminators).Clear();
        _output.Advance(characters + terminators);
    }

    private static int PutTerminated(Span<byte> room, ReadOnlySpan<byte> text)
    {
        text.CopyTo(room);
        room[text.Length] = 0;
        return text.Length + 1;
    }
}
