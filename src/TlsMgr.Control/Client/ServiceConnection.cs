// One connection to tlsmgr: to its service socket, as a client of Postfix has it, or to its control socket. A reply has
// to be there within two seconds: a person waits.

using System;
using System.Diagnostics;
using System.Text;
using System.Threading;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Postfix.Server;

namespace TlsMgr.Control.Client;

/// <summary>A connection, one request at a time.</summary>
internal sealed class ServiceConnection : IDisposable
{
    private const int ChunkBytes = 16 * 1024;

    /// <summary>Between two attempts to connect while the daemon's queue of clients is full.</summary>
    private const int RetryMilliseconds = 10;

    /// <summary>A reply of list may hold an id as long as a request, and what is told of it and of others.</summary>
    private const int LongestReplyBytes = 2 * ServerLimits.MessageBytes;

    /// <summary>Two seconds, less what it takes to start and to end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.8);
    private static readonly byte[] Announcement = Encoding.ASCII.GetBytes("protocol\0tlsmgr_protocol\0\0");

    private readonly string _path;
    private readonly int _socket;
    private byte[] _buffer = new byte[ChunkBytes];
    private int _filledBytes;
    private int _takenBytes;
    private long _start;
    private bool _hasAsked;

    private ServiceConnection(string path)
    {
        _path = path;
        _start = Stopwatch.GetTimestamp();
        int answer = UnixSocket.CreateConnected(SocketKind.Stream, path);
        while (answer == -Errno.TryAgain && LeftMilliseconds > 0)
        {
            Thread.Sleep(RetryMilliseconds);
            answer = UnixSocket.CreateConnected(SocketKind.Stream, path);
        }

        _socket = answer >= 0 ? answer : throw new NoAnswerException($"connect to {path}: {Errno.Describe(answer)}");
    }

    /// <summary>
    /// Whether the daemon spoke first, as clients of Postfix 3.6 and later expect; known after a reply.
    /// </summary>
    internal bool AnnouncesProtocol { get; private set; }

    /// <summary>How long the last reply took; the first is counted from before the connection was made.</summary>
    internal TimeSpan ReplyTime { get; private set; }

    private int LeftMilliseconds => int.Max(0, (int)(Patience - Stopwatch.GetElapsedTime(_start)).TotalMilliseconds);

    /// <summary>Connects.</summary>
    /// <param name="path">The socket.</param>
    /// <exception cref="NoAnswerException">Nobody listens there, or nobody takes the connection.</exception>
    internal static ServiceConnection Open(string path) => new(path);

    /// <summary>Sends a request and waits for its reply, which is valid until the next one.</summary>
    /// <exception cref="NoAnswerException">It did not come within the time.</exception>
    internal ReadOnlySpan<byte> Ask(ReadOnlySpan<byte> request)
    {
        _start = _hasAsked ? Stopwatch.GetTimestamp() : _start;
        Send(request);
        ReadOnlySpan<byte> reply = Receive();
        if (!_hasAsked && reply.SequenceEqual(Announcement))
        {
            AnnouncesProtocol = true;
            reply = Receive();
        }

        _hasAsked = true;
        ReplyTime = Stopwatch.GetElapsedTime(_start);
        return reply;
    }

    /// <summary>The fault to throw for a reply that is none.</summary>
    internal NoAnswerException Malformed(AttributeFault fault) =>
        new(fault.Describe(_path) ?? $"no reply from {_path}");

    /// <inheritdoc/>
    public void Dispose() => FileDescriptor.Close(_socket);

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = UnixSocket.Send(_socket, bytes);
            if (count < 0 && count != -Errno.TryAgain)
            {
                throw new NoAnswerException($"write to {_path}: {Errno.Describe(count)}");
            }

            bytes = bytes[int.Max(count, 0)..];
            if (!bytes.IsEmpty && PollWait.ForWriting(_socket, LeftMilliseconds) == 0)
            {
                throw TooLate();
            }
        }
    }

    /// <summary>The next list of attributes, with its terminator.</summary>
    private ReadOnlySpan<byte> Receive()
    {
        _buffer.AsSpan(_takenBytes.._filledBytes).CopyTo(_buffer);
        _filledBytes -= _takenBytes;
        _takenBytes = 0;
        MessageFramer framer = default;
        long lengthBytes;
        FrameStatus status;
        while ((status = framer.Scan(new(_buffer, 0, _filledBytes), LongestReplyBytes, out lengthBytes))
            == FrameStatus.Incomplete)
        {
            Fill();
        }

        _takenBytes = status == FrameStatus.Complete
            ? (int)lengthBytes
            : throw new NoAnswerException($"the reply from {_path} is too long");
        return _buffer.AsSpan(0, _takenBytes);
    }

    private void Fill()
    {
        if (PollWait.ForReading(_socket, LeftMilliseconds) == 0)
        {
            throw TooLate();
        }

        if (_filledBytes == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int count = UnixSocket.Receive(_socket, _buffer.AsSpan(_filledBytes));
        if (count is 0 || (count < 0 && count != -Errno.TryAgain))
        {
            throw new NoAnswerException(
                $"lost connection to {_path}{(count < 0 ? $": {Errno.Describe(count)}" : "")}");
        }

        _filledBytes += int.Max(count, 0);
    }

    private NoAnswerException TooLate() => new($"no answer from {_path} within 2 seconds");
}
