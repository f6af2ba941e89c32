// One client's descriptor: moves bytes between the socket and the conversation, and keeps the client's two deadlines,
// to finish a request and to read replies. The object is reused for other clients (UnusedConnections).
// Invariant: Begin resets the complete state of the previous client.

using System;
using System.Buffers;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>One connection of a client.</summary>
public sealed class ClientConnection : IDescriptorHandler, IDisposable
{
    private readonly EventLoop _loop;
    private readonly Conversation _conversation;
    private readonly TurnScheduler _turns;
    private readonly bool _servesDisconnectedClients;
    private readonly Watch _watch;
    private int _descriptor;
    private bool _isWatched;
    private bool _hasInput;
    private bool _isBroken;

    /// <summary>
    /// The timestamp since which a request is unfinished; 0 when none is.
    /// </summary>
    private long _requestSince;

    /// <summary>The number of requests served before the unfinished one, which identifies it.</summary>
    private long _requestNumber;

    /// <summary>The timestamp since which the client has read no reply; 0 when all replies were sent.</summary>
    private long _replySince;

    /// <summary>The timestamp of the turn that received the last bytes.</summary>
    private long _receivedAt;

    /// <summary>The number of requests whose replies were taken by the kernel.</summary>
    private long _answered;

    /// <summary>Allocates a connection without a client.</summary>
    /// <param name="loop">Watches the descriptor.</param>
    /// <param name="conversation">The conversation with the client.</param>
    /// <param name="turns">The turns in which it takes part.</param>
    /// <param name="servesDisconnectedClients">
    /// Whether a request is served whose client disconnected before the reply.
    /// </param>
    internal ClientConnection(
        EventLoop loop, Conversation conversation, TurnScheduler turns, bool servesDisconnectedClients)
    {
        _loop = loop;
        _conversation = conversation;
        _conversation.Connection = this;
        _turns = turns;
        _servesDisconnectedClients = servesDisconnectedClients;
        _watch = new Watch(this);
    }

    /// <summary>The conversation with the client.</summary>
    internal Conversation Conversation => _conversation;

    /// <summary>The client's descriptor, for the log.</summary>
    internal int Descriptor => _descriptor;

    /// <summary>Whether it is queued for the next turn.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Whether it is served after the others: see <see cref="TurnScheduler"/>.</summary>
    internal bool IsDemanding =>
        _conversation.HasGrown || _conversation.State == ConversationState.AwaitsTurn;

    /// <summary>Its index in the list of connections.</summary>
    internal int Index { get; set; }

    /// <summary>Whether it is closed.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>Whether an exception interrupted a step: its state is undefined, and it must not be reused.</summary>
    internal bool IsPoisoned { get; set; }

    /// <summary>The timestamp of the last turn with work, or of the accept.</summary>
    internal long LastTurn { get; set; }

    /// <summary>Whether a deadline is running.</summary>
    internal bool HasDeadline => (_requestSince | _replySince) != 0;

    /// <summary>Whether it is idle: no part of a request has arrived, and every reply was sent.</summary>
    internal bool IsIdle => !HasDeadline && !IsQueued && PollWait.ForReading(_descriptor, timeoutMilliseconds: 0) == 0;

    /// <summary>Starts with a new client, in the initial state.</summary>
    internal void Begin(int descriptor)
    {
        _descriptor = descriptor;
        _isWatched = false;
        _hasInput = false;
        _isBroken = false;
        _requestSince = 0;
        _requestNumber = 0;
        _replySince = 0;
        _receivedAt = 0;
        _answered = 0;
        IsClosed = false;
        _conversation.Begin();
    }

    /// <summary>Watches the descriptor and sends the greeting. False when the connection must be closed.</summary>
    /// <param name="now">The monotonic time of this turn.</param>
    /// <param name="pressure">How scarce the memory of the connections is.</param>
    internal bool Open(long now, BlockPressure pressure)
    {
        _isWatched = _loop.Add(_watch, _descriptor, EpollEvents.Readable) >= 0;
        if (!_isWatched)
        {
            return false;
        }

        _conversation.Greet();
        return Send(now, pressure);
    }

    /// <inheritdoc/>
    public void OnEvents(EpollEvents events)
    {
        _hasInput |= (events & (EpollEvents.Readable | EpollEvents.HangUp | EpollEvents.Error)) != 0;
        _isBroken |= (events & EpollEvents.HangUp) != 0 && (!_servesDisconnectedClients || _conversation.IsHeld);
        _turns.Enqueue(this);
    }

    /// <summary>Queues it for the next turn: a reply that the service held can be written.</summary>
    internal void Release() => _turns.EnqueueReleased(this);

    /// <summary>Receives and serves, unless the client has to read replies first. Returns true.</summary>
    /// <param name="now">The monotonic time of this turn.</param>
    internal bool Advance(long now)
    {
        if (_hasInput && !_isBroken)
        {
            _hasInput = false;
            Receive(now);
        }

        if (_replySince == 0 && !_isBroken)
        {
            _conversation.Advance();
        }

        return true;
    }

    /// <summary>
    /// Sends the replies, including one that was deferred to the end of the turn, and selects the event to wait for.
    /// False when the connection must be closed.
    /// </summary>
    /// <param name="now">The monotonic time of this turn.</param>
    /// <param name="pressure">How scarce the memory of the connections is.</param>
    internal bool FinishTurn(long now, BlockPressure pressure)
    {
        if (_conversation.State == ConversationState.AwaitsEndOfTurn)
        {
            _conversation.TurnEnded();
        }

        return Send(now, pressure);
    }

    private bool Send(long now, BlockPressure pressure)
    {
        EpollEvents awaited = SendOutput(now);
        bool isSent = awaited != EpollEvents.Writable;
        if (_isBroken || (isSent && _conversation.State == ConversationState.Ended))
        {
            return false;
        }

        if (pressure >= BlockPressure.Full && (!isSent || _conversation.KeepsInput))
        {
            _conversation.EndForMemoryShortage();
            return false;
        }

        UpdateRequestDeadline(now);
        _loop.Change(_watch, awaited);
        return true;
    }

    /// <summary>Whether a reply that the service held can be written.</summary>
    internal bool IsReleased => _conversation.IsReleased;

    /// <summary>Whether received requests, or a reply that is still deferred, are left for another turn.</summary>
    internal bool WantsTurn => _replySince == 0
        && _conversation.State is ConversationState.AwaitsTurn or ConversationState.AwaitsEndOfTurn
        && !_conversation.IsHeld;

    /// <summary>The number of requests whose replies the kernel has taken since the last call.</summary>
    /// <param name="receivedAt">The timestamp of the turn that received them.</param>
    internal long TakeAnswered(out long receivedAt)
    {
        receivedAt = _receivedAt;
        if (_replySince != 0 || _conversation.State == ConversationState.AwaitsEndOfTurn)
        {
            return 0;
        }

        long count = _conversation.ServedMessages - _answered;
        _answered = _conversation.ServedMessages;
        return count;
    }

    /// <summary>Returns the missed deadline, if one has been running since before a timestamp.</summary>
    internal Overdue FindOverdue(long before)
    {
        if (_replySince != 0 && _replySince < before)
        {
            return Overdue.Reply;
        }

        return _replySince == 0 && _requestSince != 0 && _requestSince < before ? Overdue.Request : Overdue.Nothing;
    }

    /// <summary>Closes the descriptor and releases the buffers.</summary>
    public void Dispose()
    {
        IsClosed = true;
        if (_isWatched)
        {
            _loop.Remove(_watch);
        }

        FileDescriptor.Close(_descriptor);
        _conversation.Dispose();
    }

    private void Receive(long now)
    {
        if (_replySince != 0)
        {
            // The client did not read its replies, and now it disconnected or failed: its input is discarded.
            _isBroken = true;
            return;
        }

        if (_conversation.State != ConversationState.AwaitsInput)
        {
            // Earlier input is not served yet: more input would accumulate.
            _hasInput = _conversation.IsHeld;
            return;
        }

        _receivedAt = now;
        int count;
        int total = 0;
        Span<byte> space;
        do
        {
            space = _conversation.GetSpace();
            count = UnixSocket.Receive(_descriptor, space);
            _conversation.Received(int.Max(count, 0));
            total += int.Max(count, 0);
        }
        while (count == space.Length && total < ServerLimits.ReadBytesPerTurn);

        if (count == 0)
        {
            _conversation.InputEnded();
        }

        _isBroken |= count < 0 && count != -Errno.TryAgain && count != -Errno.Interrupted;
    }

    /// <summary>Starts the deadline of an unfinished request, and stops that of a finished one.</summary>
    private void UpdateRequestDeadline(long now)
    {
        bool isSame = _requestSince != 0 && _requestNumber == _conversation.ServedMessages;
        if (!_conversation.IsInsideRequest)
        {
            _requestSince = 0;
        }
        else if (!isSame)
        {
            _requestSince = now;
            _requestNumber = _conversation.ServedMessages;
        }
    }

    /// <summary>Sends as much output as the socket accepts; returns the event to wait for next.</summary>
    private EpollEvents SendOutput(long now)
    {
        if (!_conversation.Output.TryRead(out ReadOnlySequence<byte> unsent))
        {
            // Clients of a held reply wait for it: few send more, which is not to be announced again and again.
            return _conversation.IsHeld && _hasInput ? EpollEvents.None : EpollEvents.Readable;
        }

        int count = UnixSocket.Send(_descriptor, unsent);
        _isBroken |= count < 0 && count != -Errno.TryAgain && count != -Errno.Interrupted;
        bool isAll = count == unsent.Length;
        _conversation.Output.Sent(unsent, int.Max(count, 0));
        _replySince = isAll ? 0 : (_replySince == 0 || count > 0 ? now : _replySince);
        return isAll ? EpollEvents.Readable : EpollEvents.Writable;
    }
}
