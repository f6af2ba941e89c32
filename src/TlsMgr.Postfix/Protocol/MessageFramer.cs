// Finds where an attribute list ends in a stream of bytes. Knows nothing of what the attributes mean, does no I/O, and
// looks at every byte once, however the bytes arrive.

using System;
using System.Buffers;

namespace TlsMgr.Postfix.Protocol;

/// <summary>What a stream holds from the beginning of a message on.</summary>
public enum FrameStatus
{
    /// <summary>The message is not all there yet.</summary>
    Incomplete,

    /// <summary>A whole message is there.</summary>
    Complete,

    /// <summary>The message is longer than any may be, whether it is all there or not.</summary>
    TooLong,
}

/// <summary>
/// Finds the end of an attribute list: <c>name NUL value NUL … NUL</c>. A value may be empty, so that two NULs in a row
/// are not the end; an empty name is. Remembers where it stopped: each call goes on behind what it has seen.
/// </summary>
public struct MessageFramer
{
    private const byte Terminator = 0;

    private long _seenBytes;
    private Turn _turn;

    private enum Turn : byte
    {
        NameStart,
        Name,
        Value,
    }

    /// <summary>Whether the bytes seen end inside a value, rather than in or before a name.</summary>
    public readonly bool IsInsideValue => _turn == Turn.Value;

    /// <summary>Looks for the end of the message that begins where the buffer does.</summary>
    /// <param name="buffer">
    /// The stream from the beginning of the message; starts with all that earlier calls saw.
    /// </param>
    /// <param name="limitBytes">How long a message may be, its terminator included.</param>
    /// <param name="lengthBytes">The length of a complete message, its terminator included; else 0.</param>
    public FrameStatus Scan(in ReadOnlySequence<byte> buffer, int limitBytes, out long lengthBytes)
    {
        lengthBytes = 0;
        foreach (ReadOnlyMemory<byte> segment in buffer.Slice(_seenBytes))
        {
            if (ScanSegment(segment.Span))
            {
                lengthBytes = _seenBytes;
                this = default;
                return lengthBytes <= limitBytes ? FrameStatus.Complete : FrameStatus.TooLong;
            }

            if (_seenBytes >= limitBytes)
            {
                return FrameStatus.TooLong;
            }
        }

        return FrameStatus.Incomplete;
    }

    /// <summary>Whether the message ends in these bytes.</summary>
    private bool ScanSegment(ReadOnlySpan<byte> bytes)
    {
        int position = 0;
        while (position < bytes.Length)
        {
            if (_turn == Turn.NameStart)
            {
                if (bytes[position] == Terminator)
                {
                    _seenBytes += position + 1;
                    return true;
                }

                _turn = Turn.Name;
            }

            int end = bytes[position..].IndexOf(Terminator);
            if (end < 0)
            {
                break;
            }

            position += end + 1;
            _turn = _turn == Turn.Name ? Turn.Value : Turn.NameStart;
        }

        _seenBytes += bytes.Length;
        return false;
    }
}
