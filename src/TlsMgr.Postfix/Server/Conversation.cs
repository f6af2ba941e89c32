// The conversation with one client, without I/O: bytes in, replies out. It separates requests from triggers, the one or
// two bytes that master(8) sends, and keeps the order of requests.

using System;
using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Security.Cryptography;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Protocol;

namespace TlsMgr.Postfix.Server;

/// <summary>The conversation with one client.</summary>
public sealed class Conversation : IDisposable
{
    /// <summary>Up to this many bytes between two requests are a trigger, not a request.</summary>
    private const int TriggerBytes = 2;

    private readonly IRequestService _service;
    private readonly BlockPool _memory;
    private readonly int _messagesPerTurn;
    private readonly Pipe _input;
    private readonly ReplyQueue _output;
    private ReplyHold? _hold;
    private MessageFramer _framer;
    private bool _hasEnded;
    private int _deferredReply;
    private int _shortBytes;
    private bool _inputEnded;

    /// <summary>The bytes of <see cref="BlockPool.Received"/> that are this client's and not served yet.</summary>
    private int _receivedBytes;

    /// <summary>Creates a conversation; nothing is written yet.</summary>
    /// <param name="service">Serves the requests.</param>
    /// <param name="memory">The memory for requests and replies in flight.</param>
    /// <param name="messagesPerTurn">The number of messages that are served in one turn.</param>
    public Conversation(
        IRequestService service, BlockPool memory, int messagesPerTurn = ServerLimits.MessagesPerTurn)
    {
        _service = service;
        _memory = memory;
        _messagesPerTurn = messagesPerTurn;
        _input = new Pipe(memory.Options);
        _output = new ReplyQueue(memory);
    }

    /// <summary>The bytes for the client.</summary>
    public ReplyQueue Output => _output;

    /// <summary>The next event that it needs.</summary>
    public ConversationState State { get; private set; }

    /// <summary>The reason why it ended.</summary>
    public ConversationEnd End { get; private set; }

    /// <summary>Whether a request is unfinished.</summary>
    public bool IsInsideRequest { get; private set; }

    /// <summary>The connection, which is queued for the next turn when a held reply can be written.</summary>
    internal ClientConnection? Connection { get; set; }

    /// <summary>Whether the service holds the reply until an event.</summary>
    internal bool IsHeld => _hold is { IsActive: true };

    /// <summary>Whether a reply that the service held can be written.</summary>
    internal bool IsReleased => State == ConversationState.AwaitsEndOfTurn && _hold is { IsReleased: true };

    /// <summary>Whether input is kept: an incomplete request, or requests for another turn.</summary>
    internal bool KeepsInput { get; private set; }

    /// <summary>The number of messages served: distinguishes one unfinished request from the next.</summary>
    public long ServedMessages { get; private set; }

    /// <summary>Whether the received part of an unfinished request ends inside a value, rather than a name.</summary>
    public bool IsInsideValue => _framer.IsInsideValue;

    /// <summary>
    /// Whether a message or a reply exceeded <see cref="ServerLimits.ModestMessageBytes"/>: the pipes keep the objects,
    /// though not the memory, of its blocks.
    /// </summary>
    internal bool HasGrown { get; private set; }

    /// <summary>Starts a conversation with another client after <see cref="Dispose"/>, in the initial state.</summary>
    internal void Begin()
    {
        if (_hasEnded)
        {
            _input.Reset();
        }

        _output.Begin();
        _hold?.Reset();
        _framer = default;
        _deferredReply = 0;
        _shortBytes = 0;
        _inputEnded = false;
        _hasEnded = false;
        State = ConversationState.AwaitsInput;
        End = ConversationEnd.Ordinary;
        IsInsideRequest = false;
        KeepsInput = false;
        ServedMessages = 0;
        HasGrown = false;
    }

    /// <summary>Writes the greeting.</summary>
    public void Greet() => _service.WriteGreeting(_output);

    /// <summary>
    /// Returns space for the client's next bytes: memory that all connections share, unless earlier bytes are kept. A
    /// call is followed by one of <see cref="Received"/>, and the last one in a turn by one of <see cref="Advance"/>.
    /// </summary>
    public Span<byte> GetSpace()
    {
        if (!KeepsInput && _receivedBytes == 0)
        {
            return _memory.Received.Span;
        }

        KeepReceived();

        // The rest of the current block is used first: a request that arrives byte by byte needs a single block.
        return _input.Writer.GetSpan();
    }

    /// <summary>Called after bytes were written to the space, 0 and more.</summary>
    public void Received(int count)
    {
        if (!KeepsInput)
        {
            _receivedBytes = count;
        }
        else
        {
            _input.Writer.Advance(count);
            BlockPool.Publish(_input.Writer);
        }
    }

    /// <summary>Called after the client closed its side.</summary>
    public void InputEnded()
    {
        KeepReceived();
        _inputEnded = true;
        _input.Writer.Complete();
    }

    /// <summary>Serves received messages, up to the share of one turn.</summary>
    public void Advance()
    {
        if (State is ConversationState.Ended or ConversationState.AwaitsEndOfTurn)
        {
            return;
        }

        State = ConversationState.AwaitsInput;
        if (_receivedBytes > 0)
        {
            ServeReceived();
        }
        else if (_input.Reader.TryRead(out ReadResult input))
        {
            ReadOnlySequence<byte> rest = input.Buffer;
            ServeMessages(ref rest);

            // An incomplete request is marked as examined, so that reading waits for more input; messages for another
            // turn are not. A pipe throws when the examined position moves backwards: no path may do that.
            bool continues = State is ConversationState.AwaitsTurn or ConversationState.AwaitsEndOfTurn;
            _input.Reader.AdvanceTo(rest.Start, continues ? rest.Start : rest.End);
            KeepsInput = !rest.IsEmpty;
        }
    }

    /// <summary>
    /// Called after the end of the turn, or before it when a held reply was released: writes the deferred reply and
    /// continues, or waits for another turn's end.
    /// </summary>
    public void TurnEnded()
    {
        Debug.Assert(State == ConversationState.AwaitsEndOfTurn, "only a deferred reply waits for the end of the turn");
        if (!_service.WriteDeferredReply(_deferredReply, _output))
        {
            _service.Hold(_deferredReply, _hold ??= new ReplyHold(() => Connection?.Release()));
            return;
        }

        _hold?.Written();
        State = KeepsInput || _inputEnded ? ConversationState.AwaitsTurn : ConversationState.AwaitsInput;
    }

    /// <summary>Ends the conversation because it keeps data while memory is full.</summary>
    internal void EndForMemoryShortage()
    {
        GiveUpReply();
        Finish(ConversationEnd.MemoryScarce);
    }

    /// <summary>Releases the buffers.</summary>
    public void Dispose()
    {
        GiveUpReply();
        _input.Writer.Complete();
        _input.Reader.Complete();
        _output.End();
        _receivedBytes = 0;
        _hasEnded = true;
    }

    private void GiveUpReply()
    {
        if (State == ConversationState.AwaitsEndOfTurn)
        {
            _hold?.Reset();
            _service.GiveUp(_deferredReply);
        }
    }

    /// <summary>
    /// Serves what arrived in the shared memory, as it is where it consists of complete requests; the rest is kept.
    /// </summary>
    private void ServeReceived()
    {
        ReadOnlyMemory<byte> received = _memory.Received.Memory[.._receivedBytes];
        ReadOnlySequence<byte> rest = new(received);
        try
        {
            ServeMessages(ref rest);
            Keep(rest.FirstSpan);
        }
        finally
        {
            EraseReceived();
        }
    }

    private void KeepReceived()
    {
        if (_receivedBytes > 0)
        {
            Keep(_memory.Received.Span[.._receivedBytes]);
            EraseReceived();
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        KeepsInput = !bytes.IsEmpty;
        if (KeepsInput)
        {
            _input.Writer.Write(bytes);
            BlockPool.Publish(_input.Writer);
        }
    }

    private void EraseReceived()
    {
        CryptographicOperations.ZeroMemory(_memory.Received.Span[.._receivedBytes]);
        _receivedBytes = 0;
    }

    private void ServeMessages(ref ReadOnlySequence<byte> rest)
    {
        for (int count = 0; State == ConversationState.AwaitsInput; count++)
        {
            if (!IsInsideRequest && !BeginRequest(ref rest))
            {
                return;
            }

            if (count == _messagesPerTurn || _output.IsFull)
            {
                State = ConversationState.AwaitsTurn;
                return;
            }

            ServeMessage(ref rest);
            if (IsInsideRequest)
            {
                return;
            }
        }
    }

    /// <summary>Called between two requests: returns whether another one begins.</summary>
    private bool BeginRequest(ref ReadOnlySequence<byte> rest)
    {
        if (rest.Length > TriggerBytes && _shortBytes > 0 && !LooksLikeRequest(rest.Slice(0, _shortBytes)))
        {
            // One or two bytes that arrived before are not the start of a request: a trigger, which has no reply. Later
            // bytes are served separately.
            rest = rest.Slice(_shortBytes);
        }

        IsInsideRequest = rest.Length > TriggerBytes;
        _shortBytes = IsInsideRequest ? 0 : (int)rest.Length;
        if (!IsInsideRequest && IsWakeUp(rest))
        {
            Finish(ConversationEnd.Trigger);
        }
        else if (_inputEnded && !IsInsideRequest)
        {
            Finish(ConversationEnd.Ordinary);
        }

        return IsInsideRequest;
    }

    private void ServeMessage(ref ReadOnlySequence<byte> rest)
    {
        switch (_framer.Scan(rest, ServerLimits.MessageBytes, out long length))
        {
            case FrameStatus.Complete:
                IsInsideRequest = false;
                ServedMessages++;
                Serve(rest.Slice(0, length));
                rest = rest.Slice(length);
                break;
            case FrameStatus.TooLong:
                Finish(ConversationEnd.MessageTooLong);
                break;
            default:
                if (_inputEnded)
                {
                    // A deferred reply must be written first; the end is detected again in the next turn.
                    IsInsideRequest = false;
                    Serve(rest);
                    rest = rest.Slice(rest.End);
                }
                else if (rest.Length > ServerLimits.ModestMessageBytes && _memory.Pressure >= BlockPressure.Scarce)
                {
                    Finish(ConversationEnd.MemoryScarce);
                }

                break;
        }
    }

    private void Serve(in ReadOnlySequence<byte> message)
    {
        if (message.IsSingleSegment)
        {
            Serve(message.FirstSpan);
            return;
        }

        Span<byte> copy = _memory.Scratch.Take((int)message.Length);
        try
        {
            message.CopyTo(copy);
            Serve(copy);
        }
        finally
        {
            _memory.Scratch.Release();
        }
    }

    private void Serve(ReadOnlySpan<byte> message)
    {
        _output.BeginReply();
        _deferredReply = _service.Serve(message, _output);
        HasGrown |= message.Length > ServerLimits.ModestMessageBytes || _output.IsLarge;
        if (_output.IsTruncated)
        {
            Finish(ConversationEnd.MemoryScarce);
        }
        else if (_deferredReply != 0)
        {
            State = ConversationState.AwaitsEndOfTurn;
        }
    }

    private void Finish(ConversationEnd end)
    {
        State = ConversationState.Ended;
        End = end;
    }

    private static bool LooksLikeRequest(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> start = stackalloc byte[TriggerBytes];
        bytes.CopyTo(start);
        return "request"u8.StartsWith(start[..(int)bytes.Length]);
    }

    private static bool IsWakeUp(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> start = stackalloc byte[TriggerBytes];
        bytes.CopyTo(start);
        return start[..(int)bytes.Length].SequenceEqual("W\0"u8);
    }
}
