// Layout of a message: name NUL value NUL … NUL.

using System;
using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Protocol;

/// <summary>
/// Writes one attribute list directly to the output, without an intermediate buffer or an allocation. Every list must
/// be closed with <see cref="WriteEnd"/>.
/// </summary>
/// <param name="output">Receives the bytes.</param>
public readonly ref struct AttributeWriter(IBufferWriter<byte> output)
{
    private const int MaxNumberCharacters = 10;
    private const int MaxLongCharacters = 20;

    /// <summary>
    /// Data is encoded in pieces of this many bytes: a multiple of three, so that no piece needs padding, and encoded
    /// with its terminator at most a block of <see cref="MemoryLimits.BlockBytes"/>.
    /// </summary>
    private const int PieceBytes = 3069;

    private readonly IBufferWriter<byte> _output = output;

    /// <summary>Writes a number. The wire format is unsigned with 32 bits: -1 is sent as 4294967295.</summary>
    public void WriteNumber(ReadOnlySpan<byte> name, int number)
    {
        Span<byte> buffer = _output.GetSpan(name.Length + MaxNumberCharacters + 2);
        int length = PutTerminated(buffer, name);
        Utf8Formatter.TryFormat(unchecked((uint)number), buffer[length..], out int digits);
        buffer[length + digits] = 0;
        _output.Advance(length + digits + 1);
    }

    /// <summary>Writes a signed number of 64 bits; only for the control protocol, which Postfix does not use.</summary>
    public void WriteLong(ReadOnlySpan<byte> name, long number)
    {
        Span<byte> digits = stackalloc byte[MaxLongCharacters];
        Utf8Formatter.TryFormat(number, digits, out int length);
        WriteText(name, digits[..length]);
    }

    /// <summary>Writes a text, which must not contain a NUL.</summary>
    public void WriteText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Span<byte> buffer = _output.GetSpan(name.Length + value.Length + 2);
        int length = PutTerminated(buffer, name);
        length += PutTerminated(buffer[length..], value);
        _output.Advance(length);
    }

    /// <summary>Writes bytes as base64; empty data is an empty value.</summary>
    public void WriteData(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Span<byte> buffer = _output.GetSpan(name.Length + 1);
        _output.Advance(PutTerminated(buffer, name));
        while (data.Length > PieceBytes)
        {
            WritePiece(data[..PieceBytes], terminators: 0);
            data = data[PieceBytes..];
        }

        WritePiece(data, terminators: 1);
    }

    /// <summary>Writes the end of the list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteEnd()
    {
        _output.GetSpan(1)[0] = 0;
        _output.Advance(1);
    }

    private void WritePiece(ReadOnlySpan<byte> piece, int terminators)
    {
        Span<byte> buffer = _output.GetSpan(Base64.GetMaxEncodedToUtf8Length(piece.Length) + terminators);
        int characters = Base64Data.Encode(piece, buffer);
        buffer.Slice(characters, terminators).Clear();
        _output.Advance(characters + terminators);
    }

    private static int PutTerminated(Span<byte> buffer, ReadOnlySpan<byte> text)
    {
        text.CopyTo(buffer);
        buffer[text.Length] = 0;
        return text.Length + 1;
    }
}
