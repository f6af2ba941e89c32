// The stream to tlspool: one socket, opened by the event loop, in the jail as outside of it under the same relative
// name, because every Postfix daemon works in queue_directory and the jail's root is that directory. Nothing waits for
// it: a connection that cannot be had now is tried again after a pause.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;

namespace TlsMgr.Sharing;

/// <summary>Opens, reads and writes the connection, and opens it again.</summary>
internal sealed class LinkConnection : ILink, IDescriptorHandler
{
    /// <summary>The socket that master(8) listens on for the service tlspool.</summary>
    internal const string SocketPath = "private/tlspool";

    private const int None = -1;

    private readonly EventLoop _loop;
    private readonly LinkReader _reader;
    private readonly Watch _watch;
    private readonly string _path;
    private int _descriptor = None;
    private int _pauseSeconds = SharingLimits.FirstPauseSeconds;
    private long _openedAt;
    private int _lastNumber;
    private bool _waitsForSpace;

    internal LinkConnection(EventLoop loop, ILinkReceiver receiver, string path = SocketPath)
    {
        _loop = loop;
        _reader = new LinkReader(receiver);
        _watch = new Watch(this);
        _path = path;
    }

    /// <summary>Raised when the greeting has come.</summary>
    internal event Action? Opened;

    /// <summary>Raised when there is no connection, with the reason.</summary>
    internal event Action<string>? Failed;

    /// <inheritdoc/>
    public LinkWriter Output { get; } = new();

    /// <inheritdoc/>
    public bool IsReady => _reader.IsGreeted && Output.HasSpace;

    /// <summary>Whether the greeting has come.</summary>
    internal bool IsConnected => _reader.IsGreeted;

    /// <inheritdoc/>
    public int NextNumber() => _lastNumber = _lastNumber == int.MaxValue ? 1 : _lastNumber + 1;

    /// <summary>Opens the connection, or has it tried again.</summary>
    internal void Open()
    {
        int result = UnixSocket.CreateConnected(SocketKind.Stream, _path);
        if (result >= 0)
        {
            _descriptor = result;
            result = _loop.Add(_watch, _descriptor, EpollEvents.Readable);
            if (result < 0)
            {
                FileDescriptor.Close(_descriptor);
                _descriptor = None;
            }
        }

        if (result < 0)
        {
            Retry($"{_path}: {Errno.Describe(result)}");
            return;
        }

        _reader.Reset();
        Output.Clear();
        _waitsForSpace = false;
        _openedAt = _loop.Timers.Clock.GetTimestamp();
        int descriptor = _descriptor;
        long openedAt = _openedAt;
        _loop.Timers.Schedule(
            TimeSpan.FromSeconds(SharingLimits.AnswerSeconds), () => CheckGreeting(descriptor, openedAt));
    }

    /// <inheritdoc/>
    public void OnEvents(EpollEvents events)
    {
        if ((events & (EpollEvents.Readable | EpollEvents.HangUp | EpollEvents.Error)) != 0)
        {
            Receive();
        }

        if (_descriptor != None && (events & EpollEvents.Writable) != 0)
        {
            Send();
        }
    }

    /// <inheritdoc/>
    public void EndTurn()
    {
        if (_descriptor != None && !Output.Unsent.IsEmpty && !_waitsForSpace)
        {
            Send();
        }
    }

    /// <inheritdoc/>
    public void Break(string reason)
    {
        if (_descriptor != None)
        {
            Close();
            Retry(reason);
        }
    }

    /// <summary>Closes the connection for good.</summary>
    public void Dispose() => Close();

    private void Close()
    {
        if (_descriptor != None)
        {
            _loop.Remove(_watch);
            FileDescriptor.Close(_descriptor);
            _descriptor = None;
            _reader.Reset();
            Output.Clear();
        }
    }

    private void Retry(string reason)
    {
        // Only a connection that has lasted ends the doubling.
        bool hasLasted = _openedAt != 0
            && _loop.Timers.Clock.GetElapsedTime(_openedAt).TotalSeconds >= SharingLimits.RecoverySeconds;
        _openedAt = 0;
        _pauseSeconds = hasLasted ? SharingLimits.FirstPauseSeconds : _pauseSeconds;
        _loop.Timers.Schedule(TimeSpan.FromSeconds(_pauseSeconds), Open);
        _pauseSeconds = int.Min(2 * _pauseSeconds, SharingLimits.LongestPauseSeconds);
        Failed?.Invoke(reason);
    }

    private void CheckGreeting(int descriptor, long openedAt)
    {
        if (_descriptor == descriptor && _openedAt == openedAt && !_reader.IsGreeted)
        {
            Break($"{_path}: no greeting of tlspool");
        }
    }

    private void Receive()
    {
        Span<byte> free = _reader.Free;
        int count = UnixSocket.Receive(_descriptor, free);
        if (count is -Errno.TryAgain or -Errno.Interrupted)
        {
            return;
        }

        if (count <= 0)
        {
            Break(count == 0 ? $"{_path}: tlspool has closed the connection" : $"{_path}: {Errno.Describe(count)}");
            return;
        }

        bool wasGreeted = _reader.IsGreeted;
        int descriptor = _descriptor;
        string? fault = _reader.Received(count);
        if (fault is not null)
        {
            Break($"{_path}: {fault}");
        }
        else if (!wasGreeted && _reader.IsGreeted && _descriptor == descriptor)
        {
            Opened?.Invoke();
        }
    }

    private void Send()
    {
        while (!Output.Unsent.IsEmpty)
        {
            int count = UnixSocket.Send(_descriptor, Output.Unsent);
            if (count is -Errno.TryAgain or -Errno.Interrupted)
            {
                _waitsForSpace = true;
                _loop.Change(_watch, EpollEvents.Readable | EpollEvents.Writable);
                return;
            }

            if (count < 0)
            {
                Break($"{_path}: {Errno.Describe(count)}");
                return;
            }

            Output.Sent(count);
        }

        _waitsForSpace = false;
        _loop.Change(_watch, EpollEvents.Readable);
    }
}
