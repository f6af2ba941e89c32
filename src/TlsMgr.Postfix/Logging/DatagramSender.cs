// Sends log records to a Unix datagram socket. It is connected early, before a jail hides its path, and reconnected
// after the reader restarted. On a full socket a record waits for a moment, and all records together for a few
// (LogLimits); a record that does not fit then is lost.

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Logging;

/// <summary>Sends log records to a datagram socket.</summary>
/// <param name="path">The path of the socket; in a jail, the path inside it.</param>
/// <param name="clock">Measures the waits and the pauses between them by its timestamps.</param>
public sealed class DatagramSender(string path, TimeProvider clock) : IDisposable
{
    private const int None = -1;

    private int _socket = None;
    private TimeSpan _waitedTime;
    private long _waitEndedAt;

    /// <summary>The path for the next connection; it changes when the process enters a jail.</summary>
    public string Path { get; set; } = path;

    /// <summary>Connects. Returns 0, or the negative of an <see cref="Errno"/>.</summary>
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
        int result = _socket == None ? -Errno.NoEntry : UnixSocket.Send(_socket, record);
        if (result == -Errno.TryAgain && WaitUntilWritable())
        {
            result = UnixSocket.Send(_socket, record);
        }

        if (result < 0 && result != -Errno.TryAgain && Connect() == 0)
        {
            result = UnixSocket.Send(_socket, record);
        }

        return result >= 0;
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
    /// Waits for a writable socket within the budget of all records together. Without the budget a slow reader would
    /// delay every record, and with it every request.
    /// </summary>
    private bool WaitUntilWritable()
    {
        if (clock.GetElapsedTime(_waitEndedAt).TotalSeconds >= LogLimits.WaitPauseSeconds)
        {
            _waitedTime = TimeSpan.Zero;
        }

        int remainingMilliseconds = int.Min(
            LogLimits.RecordWaitMilliseconds,
            LogLimits.WaitBudgetMilliseconds - (int)Math.Ceiling(_waitedTime.TotalMilliseconds));
        if (remainingMilliseconds <= 0)
        {
            return false;
        }

        long start = clock.GetTimestamp();
        bool isWritable = PollWait.ForWriting(_socket, remainingMilliseconds) > 0;
        _waitEndedAt = clock.GetTimestamp();
        _waitedTime += clock.GetElapsedTime(start, _waitEndedAt);
        return isWritable;
    }
}
