// Sends log records to a Unix datagram socket. It is connected early, before a jail hides its path, and reconnected
// after the reader restarted. Records that a full socket does not take are held in memory, in their order, and sent
// when it takes them again. When that memory is full, a record waits for a moment, and all records together for a few
// (LogLimits); a record that does not fit then is lost.

using System;
using System.Collections.Generic;
using System.Threading;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Logging;

/// <summary>Sends log records to a datagram socket. Thread-safe.</summary>
/// <param name="path">The path of the socket; in a jail, the path inside it.</param>
/// <param name="clock">Measures the waits and the pauses between them by its timestamps.</param>
public sealed class DatagramSender(string path, TimeProvider clock) : IDisposable
{
    private const int None = -1;

    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _held = new();
    private int _heldBytes;
    private int _socket = None;
    private TimeSpan _waitedTime;
    private long _waitEndedAt;

    /// <summary>The path for the next connection; it changes when the process enters a jail.</summary>
    public string Path { get; set; } = path;

    /// <summary>Called when the first record is held, on the thread that logs it.</summary>
    public Action? OnHeld { get; set; }

    /// <summary>Connects. Returns 0, or the negative of an <see cref="Errno"/>.</summary>
    public int Connect()
    {
        Close();
        int socket = UnixSocket.CreateConnected(SocketKind.Datagram, Path);
        _socket = int.Max(socket, None);
        return int.Min(socket, 0);
    }

    /// <summary>Sends or holds one record; false when it is lost.</summary>
    public bool Send(ReadOnlySpan<byte> record)
    {
        bool isFirst;
        lock (_lock)
        {
            if (SendHeldNow() && Transmit(record) is var result && result != -Errno.TryAgain)
            {
                return result >= 0;
            }

            if (!HasRoom(record) && !(WaitUntilWritable() && SendHeldNow() && HasRoom(record)))
            {
                return false;
            }

            isFirst = _held.Count == 0;
            _held.Enqueue(record.ToArray());
            _heldBytes += record.Length;
        }

        if (isFirst)
        {
            OnHeld?.Invoke();
        }

        return true;
    }

    /// <summary>Sends held records until the socket is full; whether none is left.</summary>
    /// <param name="hasSent">Whether any was sent.</param>
    public bool SendHeld(out bool hasSent)
    {
        lock (_lock)
        {
            int before = _held.Count;
            bool isDone = SendHeldNow();
            hasSent = _held.Count < before;
            return isDone;
        }
    }

    /// <summary>Sends held records, and waits for the reader: for the end of the process, when nobody waits.</summary>
    public void SendHeld(int timeoutMilliseconds)
    {
        lock (_lock)
        {
            long start = clock.GetTimestamp();
            int leftMilliseconds = timeoutMilliseconds;
            while (!SendHeldNow() && leftMilliseconds > 0 && PollWait.ForWriting(_socket, leftMilliseconds) > 0)
            {
                leftMilliseconds = timeoutMilliseconds - (int)clock.GetElapsedTime(start).TotalMilliseconds;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private bool HasRoom(ReadOnlySpan<byte> record) => _heldBytes + record.Length <= LogLimits.HeldBytes;

    private bool SendHeldNow()
    {
        while (_held.TryPeek(out byte[]? record))
        {
            if (Transmit(record) < 0)
            {
                return false;
            }

            _held.Dequeue();
            _heldBytes -= record.Length;
        }

        return true;
    }

    private int Transmit(ReadOnlySpan<byte> record)
    {
        int result = _socket == None ? -Errno.NoEntry : UnixSocket.Send(_socket, record);
        return result < 0 && result != -Errno.TryAgain && Connect() == 0
            ? UnixSocket.Send(_socket, record)
            : result;
    }

    private void Close()
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
