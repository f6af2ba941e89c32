// What one client says: whole requests, each of which is answered before the next, and then anything at all.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Fuzz;

/// <summary>One connection.</summary>
/// <param name="Requests">Well-formed requests; the client waits for the reply to each.</param>
/// <param name="Last">What is sent then, in pieces; afterwards the client closes its side and reads to the end.</param>
internal sealed record Conversation(IReadOnlyList<byte[]> Requests, IReadOnlyList<byte[]> Last)
{
    /// <summary>All bytes of the last part.</summary>
    internal byte[] LastBytes => [.. Last.SelectMany(piece => piece)];

    /// <summary>How many bytes it has: what the shrinker makes small.</summary>
    internal int Size => Requests.Sum(request => request.Length + 1) + Last.Sum(piece => piece.Length + 1);

    /// <summary>Whether bytes follow a whole message in the last part, or it begins like master's trigger.</summary>
    internal bool HasMoreThanOneMessage
    {
        get
        {
            byte[] bytes = LastBytes;
            int end = EndOfMessage(bytes);
            return end > 0 && end < bytes.Length;
        }
    }

    /// <summary>The conversation as text, a line for each thing that is sent.</summary>
    internal IEnumerable<string> Lines() =>
        Requests.Select(request => $"> {WireRecording.Escape(request)}")
            .Concat(Last.Select(piece => $"> {WireRecording.Escape(piece)}"))
            .Append("> end of input");

    /// <summary>Where the first message ends: behind an empty name. 0: nowhere.</summary>
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
