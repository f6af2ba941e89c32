// One connection of tlsmgr(8). Input is parsed as it comes; replies are written whenever the server has answered.
// Invariant: a client that does not read costs a bounded amount of memory, and is disconnected in the end.

using System;
using System.Buffers;
using TlsMgr.Native.Libc;
using TlsMgr.Pool.Connections;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Protocol;

namespace TlsMgr.Pool.Serving;

/// <summary>A connected client.</summary>
internal sealed class PoolClient : IDescriptorHandler
{
    private readonly int _descriptor;
    private readonly EventLoop _loop;
    private readonly PoolClients _clients;
    private readonly Watch _watch;
    private readonly byte[] _input = new byte[ServingLimits.MessageBytes];
    private MessageFramer _framer;
    private int _inputStart;
    private int _inputEnd;
    private long _progressAt;

    internal PoolClient(int descriptor, EventLoop loop, PoolClients clients)
    {
        _descriptor = descriptor;
        _loop = loop;
        _clients = clients;
        _watch = new Watch(this);
        Follower = new Follower(this);
    }

    /// <summary>Whether it is closed.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>What it has not read yet.</summary>
    internal OutputBuffer Output { get; } = new();

    /// <summary>Whether it has so much to read that it is sent nothing large.</summary>
    internal bool IsCongested => Output.Length > ServingLimits.UnreadBytes;

    /// <summary>What it wants to know of other hosts.</summary>
    internal Follower Follower { get; }

    /// <summary>Watches the descriptor. False when the kernel cannot.</summary>
    internal bool Open() => _loop.Add(_watch, _descriptor, EpollEvents.Readable) >= 0;

    /// <inheritdoc/>
    public void OnEvents(EpollEvents events)
    {
        bool isOpen = (events & EpollEvents.Writable) == 0 || Flush();
        if (isOpen && (events & (EpollEvents.Readable | EpollEvents.HangUp | EpollEvents.Error)) != 0)
        {
            isOpen = Receive();
        }

        if (!isOpen)
        {
            _clients.Close(this);
        }
    }

    /// <summary>Sends what the socket accepts, and waits for the rest. False when the client is gone.</summary>
    internal bool Flush()
    {
        if (Output.Length > 0)
        {
            int count = Output.Send(_descriptor);
            if (count < 0 && count != -Errno.TryAgain && count != -Errno.Interrupted)
            {
                return false;
            }

            _progressAt = count > 0 || _progressAt == 0 ? _loop.Timers.Clock.GetTimestamp() : _progressAt;
        }

        if (Output.Length == 0)
        {
            _progressAt = 0;
        }

        _loop.Change(_watch, Wanted());
        return true;
    }

    /// <summary>Whether it has not read anything for too long.</summary>
    internal bool IsStuck() => _progressAt != 0
        && _loop.Timers.Clock.GetElapsedTime(_progressAt).TotalSeconds >= ServingLimits.UnreadSeconds;

    /// <summary>Closes the descriptor.</summary>
    internal void Close()
    {
        IsClosed = true;
        _loop.Remove(_watch);
        FileDescriptor.Close(_descriptor);
    }

    private EpollEvents Wanted() =>
        (Output.Length > 0 ? EpollEvents.Writable : EpollEvents.None)
        | (IsCongested ? EpollEvents.None : EpollEvents.Readable);

    private bool Receive()
    {
        if (_inputStart > 0)
        {
            _input.AsSpan(_inputStart, _inputEnd - _inputStart).CopyTo(_input);
            _inputEnd -= _inputStart;
            _inputStart = 0;
        }

        int count = UnixSocket.Receive(_descriptor, _input.AsSpan(_inputEnd));
        if (count <= 0)
        {
            return count is -Errno.TryAgain or -Errno.Interrupted;
        }

        _inputEnd += count;
        return ServeMessages() && Flush();
    }

    private bool ServeMessages()
    {
        while (_inputStart < _inputEnd)
        {
            ReadOnlySequence<byte> rest = new(_input, _inputStart, _inputEnd - _inputStart);
            switch (_framer.Scan(rest, ServingLimits.MessageBytes, out long length))
            {
                case FrameStatus.Complete:
                    if (!_clients.Serve(this, _input.AsSpan(_inputStart, (int)length)))
                    {
                        return false;
                    }

                    _inputStart += (int)length;
                    break;
                case FrameStatus.TooLong:
                    _clients.WarnOf($"a message is longer than {ServingLimits.MessageBytes} bytes");
                    return false;
                default:
                    return true;
            }
        }

        return true;
    }
}
