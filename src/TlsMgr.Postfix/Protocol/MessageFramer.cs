using System;
using System.Buffers;

namespace TlsMgr.Postfix.Protocol;

/// <summary>
/// Finds the end of an attribute list: <c>name NUL value NUL … NUL</c>. A value may be empty, so that two NULs in a row
/// are not the end; an empty name is. It keeps its position: each call continues where the last one stopped, and every
/// byte is scanned once, however the bytes arrive.
/// </summary>
public struct MessageFramer
{
    private const byte Terminator = 0;

    private long _scannedBytes;
    private Part _part;

    /// <summary>The part of the message at the current position.</summary>
    private enum Part : byte
    {
        NameStart,
        Name,
        Value,
    }

    /// <summary>Whether the scanned bytes end inside a value, rather than in or before a name.</summary>
    public readonly bool IsInsideValue => _part == Part.Value;

    /// <summary>Searches the end of the message at the beginning of a buffer.</summary>
    /// <param name="buffer">
    /// The stream from the beginning of the message, including the bytes of earlier calls.
    /// </param>
    /// <param name="limitBytes">The maximum length of a message, including its terminator.</param>
    /// <param name="lengthBytes">The length of a complete message, including its terminator; else 0.</param>
    public FrameStatus Scan(in ReadOnlySequence<byte> buffer, int limitBytes, out long lengthBytes)
    {
        lengthBytes = 0;
        foreach (ReadOnlyMemory<byte> segment in buffer.Slice(_scannedBytes))
        {
            if (ScanSegment(segment.Span))
            {
                lengthBytes = _scannedBytes;
                this = default;
                return lengthBytes <= limitBytes ? FrameStatus.Complete : FrameStatus.TooLong;
            }

            if (_scannedBytes >= limitBytes)
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
            if (_part == Part.NameStart)
            {
                if (bytes[position] == Terminator)
                {
                    _scannedBytes += position + 1;
                    return true;
                }

                _part = Part.Name;
            }

            int end = bytes[position..].IndexOf(Terminator);
            if (end < 0)
            {
                break;
            }

            position += end + 1;
            _part = _part == Part.Name ? Part.Value : Part.NameStart;
        }

        _scannedBytes += bytes.Length;
        return false;
    }
}
