// Sends log records to a Unix datagram socket. It is connected early, before a jail hides its path; when the reader was
// started anew it connects again. A full socket holds its caller up for Limits.LogWaitMilliseconds once, then not at
// all until it takes records again; what it does not take is lost.

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Logging;

/// <summary>A datagram socket that takes log records.</summary>
/// <param name="path">The path of the socket; inside a jail, as it is there.</param>
public sealed class DatagramSender(string path) : IDisposable
{
    private const int None = -1;

    private int _socket = None;
    private bool _isStuck;

    /// <summary>The path to connect to from now on: a jail changes what the paths mean.</summary>
    public string Path { get; set; } = path;

    /// <summary>Connects. Answers 0, or the negative of an <see cref="Errno"/>.</summary>
    public int Connect()
    {
        Dispose();
        int socket = UnixSocket.CreateConnected(SocketKind.Datagram, Path);
        _socket = int.Max(socket, None);
        return int.Min(socket, 0);
    }

    /// <summary>Sends one record; false when it is lost.</summary>
    public bool Send(ReadOnlySpan<byte> record)
    {
        int answer = _socket == None ? -Errno.NoEntry : UnixSocket.Send(_socket, record);
        if (answer == -Errno.TryAgain && !_isStuck && PollWait.ForWriting(_socket, Limits.LogWaitMilliseconds) > 0)
        {
            answer = UnixSocket.Send(_socket, record);
        }

        if (answer < 0 && answer != -Errno.TryAgain && Connect() == 0)
        {
            answer = UnixSocket.Send(_socket, record);
        }

        // A reader that let one record wait in vain is not waited for again until it takes one: a client that causes
        // warnings would otherwise cost everybody that wait for each.
        _isStuck = answer == -Errno.TryAgain;
        return answer >= 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_socket != None)
        {
            FileDescriptor.Close(_socket);
            _socket = None;
        }
    }
}
