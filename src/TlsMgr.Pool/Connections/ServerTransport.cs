// A connection to a server, served by the event loop. What it receives goes to the library at once, which parses it and
// finishes requests; what the library writes on any thread is sent by the loop at the end of its turn, in one piece.
// Invariants: all but the output belongs to the loop. The library writes with one thread at a time.

using System;
using System.Buffers;
using System.IO;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using RESPite.Transports;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;

namespace TlsMgr.Pool.Connections;

/// <summary>A connection without TLS that the library uses.</summary>
internal sealed class ServerTransport : DuplexTransport, IDescriptorHandler
{
    private const int FirstStagedBytes = 4 * 1024;

    private static readonly TimeSpan ConnectTime = TimeSpan.FromMilliseconds(ConnectionLimits.ConnectMilliseconds);

    private readonly LoopQueue _queue;
    private readonly EndPoint _place;
    private readonly Watch _watch;
    private readonly Action _send;
    private readonly TaskCompletionSource _connecting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _input;
    private readonly OutputBuffer _output = new();
    private readonly Lock _outputLock = new();

    /// <summary>What the library is writing: not in the output, which moves while the loop sends.</summary>
    private byte[] _staged = [];
    private int _isSending;
    private TransportReceiver? _receiver;
    private int _descriptor = -1;
    private bool _isWatched;
    private bool _isClosed;

    /// <summary>Creates one that is not connected.</summary>
    /// <param name="queue">Carries calls to the event loop.</param>
    /// <param name="place">Where to connect to.</param>
    /// <param name="input">Receives bytes; may be shared with other connections of the loop.</param>
    internal ServerTransport(LoopQueue queue, EndPoint place, byte[] input)
    {
        _queue = queue;
        _place = place;
        _input = input;
        _watch = new Watch(this);
        _send = Send;
    }

    /// <summary>Connects.</summary>
    /// <exception cref="IOException">The system's reason why that failed.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    internal Task ConnectAsync()
    {
        _queue.Post(BeginConnect);
        return _connecting.Task;
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_staged.Length < int.Max(sizeHint, 1))
        {
            _staged = new byte[int.Max(sizeHint, FirstStagedBytes)];
        }

        return _staged;
    }

    /// <inheritdoc/>
    public override void Advance(int count)
    {
        bool isFull;
        lock (_outputLock)
        {
            isFull = _output.Length + count > ConnectionLimits.UnsentBytes;
            if (!isFull)
            {
                _output.Write(_staged.AsSpan(0, count));
            }
        }

        if (isFull)
        {
            _queue.Post(() => Close(new IOException("the server does not read")));
        }
    }

    /// <summary>Has the output sent.</summary>
    public override bool Flush()
    {
        if (Interlocked.Exchange(ref _isSending, 1) == 0)
        {
            _queue.Post(_send);
        }

        return true;
    }

    /// <summary>Begins to receive.</summary>
    public override void Start(TransportReceiver receiver) => _queue.Post(() =>
    {
        _receiver = receiver;
        if (_isClosed)
        {
            receiver.OnClosed(null);
        }
        else
        {
            Watch(EpollEvents.Readable);
            Send();
        }
    });

    /// <summary>Closes the connection, soon.</summary>
    public override ValueTask DisposeAsync()
    {
        _queue.Post(() => Close(null));
        return default;
    }

    /// <inheritdoc/>
    public void OnEvents(EpollEvents events)
    {
        _queue.MarkAwake();
        if (_receiver is null)
        {
            FinishConnect();
            return;
        }

        if ((events & EpollEvents.Writable) != 0)
        {
            Send();
        }

        if (!_isClosed && (events & (EpollEvents.Readable | EpollEvents.HangUp | EpollEvents.Error)) != 0)
        {
            Receive();
        }
    }

    private static IOException Fault(int result) => new(Errno.Describe(result));

    private void BeginConnect()
    {
        SocketAddress address = _place.Serialize();
        int result = StreamSocket.BeginConnect(address.Buffer.Span[..address.Size]);
        if (result < 0)
        {
            Close(Fault(result));
            return;
        }

        _descriptor = result;
        Watch(EpollEvents.Writable);
        _queue.Loop.Timers.Schedule(ConnectTime, () =>
        {
            if (!_connecting.Task.IsCompleted)
            {
                Close(new OperationCanceledException());
            }
        });
    }

    private void FinishConnect()
    {
        int error = StreamSocket.TakeError(_descriptor);
        if (error < 0)
        {
            Close(Fault(error));
            return;
        }

        Unwatch();
        _connecting.SetResult();
    }

    private void Receive()
    {
        int count = UnixSocket.Receive(_descriptor, _input);
        if (count > 0)
        {
            if (_receiver!.OnReceived(_input.AsSpan(0, count)))
            {
                _receiver.OnBatchEnd();
            }
            else
            {
                Close(null);
            }
        }
        else if (count is not (-Errno.TryAgain or -Errno.Interrupted))
        {
            Close(count == 0 ? null : Fault(count));
        }
    }

    private void Send()
    {
        Volatile.Write(ref _isSending, 0);
        if (_receiver is null || _isClosed)
        {
            return;
        }

        int count = 0;
        bool hasRest;
        lock (_outputLock)
        {
            if (_output.Length > 0)
            {
                count = _output.Send(_descriptor);
            }

            hasRest = _output.Length > 0;
        }

        if (count < 0 && count is not (-Errno.TryAgain or -Errno.Interrupted))
        {
            Close(Fault(count));
            return;
        }

        _queue.Loop.Change(_watch, hasRest ? EpollEvents.Readable | EpollEvents.Writable : EpollEvents.Readable);
    }

    private void Watch(EpollEvents events)
    {
        int result = _queue.Loop.Add(_watch, _descriptor, events);
        _isWatched = result >= 0;
        if (!_isWatched)
        {
            Close(Fault(result));
        }
    }

    private void Unwatch()
    {
        if (_isWatched)
        {
            _isWatched = false;
            _queue.Loop.Remove(_watch);
        }
    }

    private void Close(Exception? reason)
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        Unwatch();
        if (_descriptor >= 0)
        {
            FileDescriptor.Close(_descriptor);
        }

        _connecting.TrySetException(reason ?? new IOException("the connection was closed"));
        _receiver?.OnClosed(reason);
    }
}
