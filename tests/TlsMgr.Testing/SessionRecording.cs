// Each line of a recording is one read() of the relay that recorded it; \xHH and \\ are escapes.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

namespace TlsMgr.Testing;

/// <summary>The sender of a chunk.</summary>
public enum Speaker
{
    /// <summary>smtpd, smtp or master.</summary>
    Client,

    /// <summary>tlsmgr.</summary>
    Server,
}

/// <summary>One chunk of bytes; no bytes: the sender closed its side.</summary>
public sealed record RecordedChunk(Speaker Speaker, byte[] Bytes);

/// <summary>One recorded connection.</summary>
public sealed record RecordedConnection(string Title, IReadOnlyList<RecordedChunk> Chunks);

/// <summary>Reads the recorded traffic between a real Postfix and its tlsmgr: fixtures/sessions.</summary>
public static class SessionRecording
{
    public static IReadOnlyList<RecordedConnection> Read(string path)
    {
        List<RecordedConnection> connections = [];
        List<RecordedChunk> chunks = [];
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                chunks = [];
                connections.Add(new RecordedConnection(line[3..], chunks));
            }
            else if (ReadChunk(line) is { } chunk)
            {
                chunks.Add(chunk);
            }
        }

        return connections;
    }

    /// <summary>Decodes an escaped text.</summary>
    public static byte[] Unescape(string text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.AddRange(Encoding.Latin1.GetBytes(text, i, 1));
            }
            else if (text[i + 1] == 'x')
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 3;
            }
            else
            {
                bytes.Add((byte)text[++i]);
            }
        }

        return [.. bytes];
    }

    private static RecordedChunk? ReadChunk(string line)
    {
        if (line.Length < 3 || line[0] is not ('C' or 'S'))
        {
            return null;
        }

        Speaker speaker = line[0] == 'C' ? Speaker.Client : Speaker.Server;
        return line[1..].StartsWith("-EOF", StringComparison.Ordinal) ? new RecordedChunk(speaker, [])
            : line[1..].StartsWith(": ", StringComparison.Ordinal) ? new RecordedChunk(speaker, Unescape(line[3..]))
            : null;
    }
}
