using System;
using System.Diagnostics;
using System.Text;
using System.Threading;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Postfix.Server;

namespace TlsMgr.Control.Client;

/// <summary>
/// One connection to tlsmgr, to its service socket or to its control socket; one request at a time. Each reply must
/// arrive within two seconds, because a person waits for it, and is at most 4 MiB long.
/// </summary>
internal sealed class ServiceConnection : IDisposable
{
    private const int ChunkBytes = 16 * 1024;

    /// <summary>The pause between two attempts to connect while the daemon's backlog is full.</summary>
    private const int RetryMilliseconds = 10;

    /// <summary>
    /// A reply to list can hold an id that is as long as a request, the attributes beside it, and other sessions.
    /// </summary>
    private const int MaximumReplyBytes = 2 * ServerLimits.MessageBytes;

    /// <summary>Two seconds, less the time that the program takes to start and to exit.</summary>
    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(1.8);
    private static readonly byte[] Announcement = Encoding.ASCII.GetBytes("protocol\0tlsmgr_protocol\0\0");

    private readonly IServiceTransport _transport;
    private readonly string _path;
    private byte[] _buffer = new byte[ChunkBytes];
    private int _filledBytes;
    private int _replyBytes;
    private long _start;
    private bool _hasCalled;

    /// <summary>Uses a connected transport.</summary>
    /// <param name="transport">The byte stream; disposed with the connection.</param>
    /// <param name="path">The socket, for messages.</param>
    /// <param name="start">The timestamp from which the time of the first reply counts.</param>
    internal ServiceConnection(IServiceTransport transport, string path, long start)
    {
        _transport = transport;
        _path = path;
        _start = start;
    }

    /// <summary>
    /// Whether the daemon announced its protocol, as clients of Postfix 3.6 and later expect; known after the first
    /// reply.
    /// </summary>
    internal bool AnnouncesProtocol { get; private set; }

    /// <summary>The time of the last reply; that of the first includes connecting.</summary>
    internal TimeSpan ReplyTime { get; private set; }

    /// <summary>The socket.</summary>
    internal string Path => _path;

    private int RemainingMilliseconds => RemainingSince(_start);

    /// <summary>Connects.</summary>
    /// <param name="path">The socket.</param>
    /// <exception cref="NoReplyException">No process listens there, or none accepts the connection.</exception>
    internal static ServiceConnection Open(string path)
    {
        long start = Stopwatch.GetTimestamp();
        int socket = SocketPath.CreateConnected(SocketKind.Stream, path);
        while (socket == -Errno.TryAgain && RemainingSince(start) > 0)
        {
            Thread.Sleep(RetryMilliseconds);
            socket = SocketPath.CreateConnected(SocketKind.Stream, path);
        }

        bool isDenied = socket == -Errno.AccessDenied;
        return socket >= 0
            ? new ServiceConnection(new SocketTransport(socket), path, start)
            : throw new NoReplyException(
                $"connect to {path}: {Errno.Describe(socket)}{(isDenied ? ": only root and mail_owner may" : "")}")
            {
                IsDenied = isDenied,
            };
    }

    /// <summary>Sends a request and receives its reply.</summary>
    /// <returns>A reader at the reply's first attribute, valid until the next call.</returns>
    /// <exception cref="NoReplyException">
    /// The reply did not arrive in time, is too long, or other bytes arrived before the request was sent.
    /// </exception>
    internal ReplyReader Call(ReadOnlySpan<byte> request)
    {
        if (_filledBytes > _replyBytes)
        {
            throw new NoReplyException($"malformed reply from {_path}: more than one reply to a request");
        }

        _start = _hasCalled ? Stopwatch.GetTimestamp() : _start;
        Send(request);
        ReadOnlySpan<byte> reply = Receive();
        if (!_hasCalled && reply.SequenceEqual(Announcement))
        {
            AnnouncesProtocol = true;
            reply = Receive();
        }

        _hasCalled = true;
        ReplyTime = Stopwatch.GetElapsedTime(_start);
        return new ReplyReader(reply, _path);
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = _transport.Send(bytes);
            if (count < 0 && count != -Errno.TryAgain)
            {
                throw new NoReplyException($"write to {_path}: {Errno.Describe(count)}") { IsLost = !_hasCalled };
            }

            bytes = bytes[int.Max(count, 0)..];
            if (!bytes.IsEmpty && _transport.WaitForWriting(RemainingMilliseconds) == 0)
            {
                throw TimedOut();
            }
        }
    }

    /// <summary>The next attribute list, with its terminator.</summary>
    private ReadOnlySpan<byte> Receive()
    {
        _buffer.AsSpan(_replyBytes.._filledBytes).CopyTo(_buffer);
        _filledBytes -= _replyBytes;
        _replyBytes = 0;
        MessageFramer framer = default;
        long lengthBytes;
        FrameStatus status;
        while ((status = framer.Scan(new(_buffer, 0, _filledBytes), MaximumReplyBytes, out lengthBytes))
            == FrameStatus.Incomplete)
        {
            Fill();
        }

        _replyBytes = status == FrameStatus.Complete
            ? (int)lengthBytes
            : throw new NoReplyException($"the reply from {_path} is too long");
        return _buffer.AsSpan(0, _replyBytes);
    }

    private void Fill()
    {
        if (_transport.WaitForReading(RemainingMilliseconds) == 0)
        {
            throw TimedOut();
        }

        if (_filledBytes == _buffer.Length)
        {
            Array.Resize(ref _buffer, int.Min(_buffer.Length * 2, MaximumReplyBytes));
        }

        int count = _transport.Receive(_buffer.AsSpan(_filledBytes));
        if (count is 0 || (count < 0 && count != -Errno.TryAgain))
        {
            throw new NoReplyException(
                $"lost connection to {_path}{(count < 0 ? $": {Errno.Describe(count)}" : "")}")
            {
                IsLost = !_hasCalled && _filledBytes == 0,
            };
        }

        _filledBytes += int.Max(count, 0);
    }

    private static int RemainingSince(long start) =>
        int.Max(0, (int)(ReplyTimeout - Stopwatch.GetElapsedTime(start)).TotalMilliseconds);

    private NoReplyException TimedOut() => new($"no reply from {_path} within 2 seconds");
}
