using System;
using System.Buffers;
using System.Text;

namespace TlsMgr.Tests.Protocol;

/// <summary>Converts texts to messages, and messages to streams.</summary>
internal static class Wire
{
    /// <summary>The bytes of a text in which <c>|</c> stands for NUL.</summary>
    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.Replace('|', '\0'));

    /// <summary>The text of bytes, with <c>|</c> for NUL.</summary>
    internal static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes).Replace('\0', '|');

    /// <summary>The bytes as a sequence of pieces.</summary>
    internal static ReadOnlySequence<byte> InPieces(byte[] bytes, params int[] cuts)
    {
        Piece first = new(ReadOnlyMemory<byte>.Empty, null);
        Piece last = first;
        int start = 0;
        foreach (int cut in (int[])[.. cuts, bytes.Length])
        {
            last = new Piece(bytes.AsMemory(start, cut - start), last);
            start = cut;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        internal Piece(ReadOnlyMemory<byte> memory, Piece? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
