using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Fuzz;

/// <summary>What one client sends: complete requests, one at a time, and then arbitrary bytes.</summary>
/// <param name="Requests">Well-formed requests; the client waits for the reply to each.</param>
/// <param name="Last">The arbitrary bytes, in pieces; then the client shuts its side down and reads to the end.</param>
internal sealed record Conversation(IReadOnlyList<byte[]> Requests, IReadOnlyList<byte[]> Last)
{
    /// <summary>All bytes of the last part.</summary>
    internal byte[] LastBytes => [.. Last.SelectMany(piece => piece)];

    /// <summary>Its size, which the shrinker reduces: bytes and pieces.</summary>
    internal int Size => Requests.Sum(request => request.Length + 1) + Last.Sum(piece => piece.Length + 1);

    /// <summary>Whether bytes follow a complete message in the last part.</summary>
    internal bool HasMoreThanOneMessage
    {
        get
        {
            byte[] bytes = LastBytes;
            int end = EndOfMessage(bytes);
            return end > 0 && end < bytes.Length;
        }
    }

    /// <summary>The conversation as text, one line for each write.</summary>
    internal IEnumerable<string> Lines() =>
        Requests.Select(request => $"> {WireRecording.Escape(request)}")
            .Concat(Last.Select(piece => $"> {WireRecording.Escape(piece)}"))
            .Append("> end of input");

    /// <summary>The length of the first message, which ends with an empty name; 0 when it is incomplete.</summary>
    private static int EndOfMessage(ReadOnlySpan<byte> bytes)
    {
        int start = 0;
        for (bool isName = true; ; isName = !isName)
        {
            int length = bytes[start..].IndexOf((byte)0);
            if (length < 0)
            {
                return 0;
            }

            start += length + 1;
            if (isName && length == 0)
            {
                return start;
            }
        }
    }
}
