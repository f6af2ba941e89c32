// Sends log records to a Unix datagram socket. It is connected early, before a jail hides its path; when the reader was
// started anew it connects again. A full socket holds its callers up for a moment (LogLimits), and all of them
// together for no longer than a few; what it does not take is lost.

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Logging;

/// <summary>A datagram socket that takes log records.</summary>
/// <param name="path">The path of the socket; inside a jail, as it is there.</param>
/// <param name="clock">Measures the waits and the pauses between them; its timestamps, not its time of day.</param>
public sealed class DatagramSender(string path, TimeProvider clock) : IDisposable
{
    private const int None = -1;

    private int _socket = None;
    private TimeSpan _waited;
    private long _waitEndedAt;

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
        if (answer == -Errno.TryAgain && WaitForRoom())
        {
            answer = UnixSocket.Send(_socket, record);
        }

        if (answer < 0 && answer != -Errno.TryAgain && Connect() == 0)
        {
            answer = UnixSocket.Send(_socket, record);
        }

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

    /// <summary>
    /// Waits for room as long as there is time left for that. A reader that is slow would otherwise be waited for with
    /// each record, by everybody.
    /// </summary>
    private bool WaitForRoom()
    {
        if (clock.GetElapsedTime(_waitEndedAt).TotalSeconds >= LogLimits.WaitPauseSeconds)
        {
            _waited = TimeSpan.Zero;
        }

        int leftMilliseconds = int.Min(
            LogLimits.RecordWaitMilliseconds,
            LogLimits.WaitBudgetMilliseconds - (int)Math.Ceiling(_waited.TotalMilliseconds));
        if (leftMilliseconds <= 0)
        {
            return false;
        }

        long start = clock.GetTimestamp();
        bool hasRoom = PollWait.ForWriting(_socket, leftMilliseconds) > 0;
        _waitEndedAt = clock.GetTimestamp();
        _waited += clock.GetElapsedTime(start, _waitEndedAt);
        return hasRoom;
    }
}
