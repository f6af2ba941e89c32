using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using TlsMgr.Control.Client;
using TlsMgr.Postfix.Protocol;

namespace TlsMgr.Control.Tests.Client;

/// <summary>
/// A server in memory that sends the next attribute list of a script for each request, and closes the connection at the
/// end of the script.
/// </summary>
internal sealed class ScriptedTransport : IServiceTransport
{
    private static readonly byte[] Announcement = Wire("protocol|tlsmgr_protocol||");

    private readonly byte[][] _lists;
    private readonly Queue<byte> _sent = [];
    private int _next;

    internal ScriptedTransport(ReadOnlySpan<byte> script) => _lists = [.. Split(script.ToArray())];

    /// <summary>Whether the script starts anew at its end.</summary>
    internal bool Repeats { get; init; }

    /// <summary>Whether everything is sent with the first request.</summary>
    internal bool SendsAllAtOnce { get; init; }

    /// <summary>The bytes of one call of receive.</summary>
    internal int ChunkBytes { get; init; } = int.MaxValue;

    /// <summary>The number of requests after which the test fails, because the client does not stop.</summary>
    internal int MaximumRequests { get; init; } = 10_000;

    /// <summary>The requests so far.</summary>
    internal List<string> Requests { get; } = [];

    /// <summary>The bytes of a message in which a bar stands for NUL.</summary>
    internal static byte[] Wire(string text) => Encoding.Latin1.GetBytes(text.Replace('|', '\0'));

    /// <summary>A connection to a server that sends these messages.</summary>
    internal static ServiceConnection Connect(params string[] replies) =>
        new ScriptedTransport(Wire(string.Concat(replies))).Connect();

    /// <summary>A connection over this transport.</summary>
    internal ServiceConnection Connect() => new(this, "/path", start: System.Diagnostics.Stopwatch.GetTimestamp());

    public int Send(ReadOnlySpan<byte> bytes)
    {
        Requests.Add(Encoding.Latin1.GetString(bytes).Replace('\0', '|'));
        if (Requests.Count > MaximumRequests)
        {
            throw new InvalidOperationException("the client does not stop");
        }

        if (SendNext() && Requests.Count == 1)
        {
            SendNext();
        }

        while (SendsAllAtOnce && _next < _lists.Length)
        {
            SendNext();
        }

        return bytes.Length;
    }

    public int Receive(Span<byte> buffer)
    {
        int count = int.Min(int.Min(buffer.Length, ChunkBytes), _sent.Count);
        for (int i = 0; i < count; i++)
        {
            buffer[i] = _sent.Dequeue();
        }

        return count;
    }

    public int WaitForWriting(int timeoutMilliseconds) => 1;

    public int WaitForReading(int timeoutMilliseconds) => 1;

    public void Dispose()
    {
    }

    /// <summary>Sends the next list of the script; returns whether that was an announcement.</summary>
    private bool SendNext()
    {
        _next = Repeats && _next == _lists.Length ? 0 : _next;
        if (_next == _lists.Length)
        {
            return false;
        }

        byte[] list = _lists[_next++];
        Array.ForEach(list, _sent.Enqueue);
        return list.AsSpan().SequenceEqual(Announcement);
    }

    /// <summary>The complete lists of a script, and what is left behind them.</summary>
    private static IEnumerable<byte[]> Split(byte[] script)
    {
        while (script.Length > 0)
        {
            MessageFramer framer = default;
            FrameStatus status = framer.Scan(new ReadOnlySequence<byte>(script), int.MaxValue, out long lengthBytes);
            int length = status == FrameStatus.Complete ? (int)lengthBytes : script.Length;
            yield return script[..length];
            script = [.. script.Skip(length)];
        }
    }
}
