// One client's descriptor: moves bytes between the socket and the conversation, and keeps the two deadlines of
// its client, to finish a request and to read replies. The object is used again for another client (ConnectionPool).
// Invariant: Begin leaves nothing of the client before.

using System;
using System.IO.Pipelines;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>What has passed its deadline on a connection.</summary>
public enum Overdue
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>The rest of a request that was begun.</summary>
    Request,

    /// <summary>The reading of replies.</summary>
    Reply,
}

/// <summary>One connection of a client.</summary>
public sealed class ClientConnection : IDescriptorHandler, IDisposable
{
    private readonly EventLoop _loop;
    private readonly Conversation _conversation;
    private readonly Action<ClientConnection> _wake;
    private readonly bool _servesDisconnectedClients;
    private readonly Watch _watch;
    private int _descriptor;
    private bool _isWatched;
    private bool _hasInput;
    private bool _isBroken;

    /// <summary>
    /// Since when the client owes us the rest of a request, as a timestamp of the clock; 0 when it does not.
    /// </summary>
    private long _requestSince;

    /// <summary>Which request that is, as the number of those served before it.</summary>
    private long _requestNumber;

    /// <summary>Since when the client has taken nothing of its replies; 0 when there are none to take.</summary>
    private long _replySince;

    /// <summary>Allocates a connection that has no client yet.</summary>
    /// <param name="loop">Watches the descriptor.</param>
    /// <param name="conversation">The conversation on it.</param>
    /// <param name="wake">Lets the connection take part in the next turn.</param>
    /// <param name="servesDisconnectedClients">
    /// Whether a request is served whose client disconnected before the reply.
    /// </param>
    internal ClientConnection(
        EventLoop loop, Conversation conversation, Action<ClientConnection> wake, bool servesDisconnectedClients)
    {
        _loop = loop;
        _conversation = conversation;
        _wake = wake;
        _servesDisconnectedClients = servesDisconnectedClients;
        _watch = new Watch(this);
    }

    /// <summary>The conversation on it.</summary>
    internal Conversation Conversation => _conversation;

    /// <summary>Its descriptor, as the log names it.</summary>
    internal int Descriptor => _descriptor;

    /// <summary>Whether it is queued for the next turn.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Its index in the list of connections.</summary>
    internal int Index { get; set; }

    /// <summary>Whether it is closed.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>Whether it was left in the middle of a step: nobody knows in which state.</summary>
    internal bool IsPoisoned { get; set; }

    /// <summary>When it was accepted, or last had something to do; a timestamp of the clock.</summary>
    internal long LastTurn { get; set; }

    /// <summary>Whether a deadline is running.</summary>
    internal bool HasDeadline => (_requestSince | _replySince) != 0;

    /// <summary>Whether nothing is under way: no part of a request has come, and every reply was sent.</summary>
    internal bool IsIdle => !HasDeadline && !IsQueued && PollWait.ForReading(_descriptor, timeoutMilliseconds: 0) == 0;

    /// <summary>Takes over a client, as if there had never been one before.</summary>
    internal void Begin(int descriptor)
    {
        _descriptor = descriptor;
        _isWatched = false;
        _hasInput = false;
        _isBroken = false;
        _requestSince = 0;
        _requestNumber = 0;
        _replySince = 0;
        IsClosed = false;
        _conversation.Begin();
    }

    /// <summary>Sends the greeting. False when the kernel cannot watch the descriptor.</summary>
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
        _isBroken |= (events & EpollEvents.HangUp) != 0 && !_servesDisconnectedClients;
        _wake(this);
    }

    /// <summary>Receives and serves, unless the client has replies to read first. Always goes on.</summary>
    internal bool Advance()
    {
        if (_hasInput && !_isBroken)
        {
            _hasInput = false;
            Receive();
        }

        if (_replySince == 0 && !_isBroken)
        {
            _conversation.Advance();
        }

        return true;
    }

    /// <summary>
    /// Sends what was written, with the reply that the end of the turn brings, and decides what to wait for. False when
    /// the connection is over.
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
        bool isSent = SendOutput(now);
        if (_isBroken || (isSent && _conversation.State == ConversationState.Ended))
        {
            return false;
        }

        if (pressure >= BlockPressure.Full && (!isSent || _conversation.KeepsInput))
        {
            _conversation.EndForWantOfMemory();
            return false;
        }

        NoteRequest(now);
        _loop.Change(_watch, isSent ? EpollEvents.Readable : EpollEvents.Writable);
        return true;
    }

    /// <summary>Whether there is more to serve without the client doing anything.</summary>
    internal bool WantsTurn => _replySince == 0 && _conversation.State == ConversationState.AwaitsTurn;

    /// <summary>What the client owes us since before a point in time.</summary>
    internal Overdue FindOverdue(long before)
    {
        if (_replySince != 0 && _replySince < before)
        {
            return Overdue.Reply;
        }

        return _replySince == 0 && _requestSince != 0 && _requestSince < before ? Overdue.Request : Overdue.Nothing;
    }

    /// <summary>Closes the descriptor and gives the buffers back.</summary>
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

    private void Receive()
    {
        if (_replySince != 0)
        {
            // The client does not read, and now it is gone or broken; what it sent no longer matters.
            _isBroken = true;
            return;
        }

        if (_conversation.State != ConversationState.AwaitsInput)
        {
            // What it sent before is not served yet; more would only pile up.
            return;
        }

        int count;
        int total = 0;
        Span<byte> room;
        do
        {
            // What is left of a block comes first: a request that arrives byte by byte must not cost a block for each.
            room = _conversation.Input.GetSpan();
            count = UnixSocket.Receive(_descriptor, room);
            _conversation.Input.Advance(int.Max(count, 0));
            total += int.Max(count, 0);
        }
        while (count == room.Length && total < ServerLimits.ReadBytesPerTurn);

        _conversation.InputArrived();
        if (count == 0)
        {
            _conversation.InputEnded();
        }

        _isBroken |= count < 0 && count != -Errno.TryAgain && count != -Errno.Interrupted;
    }

    /// <summary>Begins to count the time of a request that has begun, and not that of the one before it.</summary>
    private void NoteRequest(long now)
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

    /// <summary>Sends what the socket takes; answers whether that was all.</summary>
    private bool SendOutput(long now)
    {
        if (!_conversation.Output.TryRead(out ReadResult output))
        {
            return true;
        }

        int count = UnixSocket.Send(_descriptor, output.Buffer);
        _isBroken |= count < 0 && count != -Errno.TryAgain && count != -Errno.Interrupted;
        SequencePosition sent = output.Buffer.GetPosition(int.Max(count, 0));
        bool isAll = sent.Equals(output.Buffer.End);
        _conversation.Output.AdvanceTo(sent);
        _replySince = isAll ? 0 : (_replySince == 0 || count > 0 ? now : _replySince);
        return isAll;
    }
}
