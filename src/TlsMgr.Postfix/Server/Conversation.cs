// One client's conversation without its descriptor: bytes in, replies out. It decides what is a request, what is a
// trigger and what is neither (master(8) sends one or two bytes), keeps requests in order, and never does I/O.

using System;
using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Threading.Tasks;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Protocol;

namespace TlsMgr.Postfix.Server;

/// <summary>What a conversation needs next.</summary>
public enum ConversationState
{
    /// <summary>More bytes of the client, or its end.</summary>
    AwaitsInput,

    /// <summary>Another turn: its share of this one is used up, or its replies have to be sent first.</summary>
    AwaitsTurn,

    /// <summary>The end of the turn: a reply is held back until then.</summary>
    AwaitsEndOfTurn,

    /// <summary>To be closed, once the replies that were written have been sent.</summary>
    Ended,
}

/// <summary>Why a conversation ended, when that is to be told in the log.</summary>
public enum ConversationEnd
{
    /// <summary>The client closed, or nothing has ended.</summary>
    Ordinary,

    /// <summary>master(8) woke the service up.</summary>
    Trigger,

    /// <summary>A message went over <see cref="ServerLimits.MessageBytes"/>.</summary>
    MessageTooLong,

    /// <summary>
    /// A message or a reply went over <see cref="ServerLimits.ModestMessageBytes"/> while memory was scarce, or any was
    /// left while it was full.
    /// </summary>
    MemoryScarce,
}

/// <summary>The conversation with one client.</summary>
public sealed class Conversation : IDisposable
{
    /// <summary>At most this many bytes between two requests are a trigger, not a request.</summary>
    private const int TriggerBytes = 2;

    private readonly IRequestService _service;
    private readonly BlockPool _memory;
    private readonly int _messagesPerTurn;
    private readonly Pipe _input;
    private readonly Pipe _output;
    private readonly ReplyWriter _reply;
    private MessageFramer _framer;
    private bool _hasEnded;
    private int _heldReply;
    private int _shortBytes;
    private bool _inputEnded;

    /// <summary>Prepares a conversation; nothing is said yet.</summary>
    /// <param name="service">Who answers.</param>
    /// <param name="memory">What the bytes in flight are kept in.</param>
    /// <param name="messagesPerTurn">How many messages are answered in one turn.</param>
    public Conversation(
        IRequestService service, BlockPool memory, int messagesPerTurn = ServerLimits.MessagesPerTurn)
    {
        _service = service;
        _memory = memory;
        _messagesPerTurn = messagesPerTurn;
        _input = new Pipe(memory.Options);
        _output = new Pipe(memory.Options);
        _reply = new ReplyWriter(memory, _output.Writer);
    }

    /// <summary>Takes the bytes of the client; call <see cref="InputArrived"/> after writing.</summary>
    public PipeWriter Input => _input.Writer;

    /// <summary>Has the bytes for the client.</summary>
    public PipeReader Output => _output.Reader;

    /// <summary>What it needs next.</summary>
    public ConversationState State { get; private set; }

    /// <summary>Why it ended.</summary>
    public ConversationEnd End { get; private set; }

    /// <summary>Whether the client has begun a request and not finished it.</summary>
    public bool IsInsideRequest { get; private set; }

    /// <summary>Whether it keeps input: less than a request, or more than a turn's share.</summary>
    internal bool KeepsInput { get; private set; }

    /// <summary>How many messages have been served: tells one unfinished request from the next.</summary>
    public long ServedMessages { get; private set; }

    /// <summary>Whether what is there of an unfinished request ends inside a value, rather than a name.</summary>
    public bool IsInsideValue => _framer.IsInsideValue;

    /// <summary>
    /// Whether there was a message or a reply above <see cref="ServerLimits.ModestMessageBytes"/>: the pipes keep the
    /// objects, not the memory, of the blocks that it lay in.
    /// </summary>
    internal bool HasGrown { get; private set; }

    /// <summary>Begins anew after <see cref="Dispose"/>: with another client, of whom nothing is known.</summary>
    internal void Begin()
    {
        if (_hasEnded)
        {
            _input.Reset();
            _output.Reset();
        }

        _reply.Reset();
        _framer = default;
        _heldReply = 0;
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

    /// <summary>Says what the server says first.</summary>
    public void Greet()
    {
        _service.WriteGreeting(_output.Writer);
        Publish(_output.Writer);
    }

    /// <summary>Bytes were written to <see cref="Input"/>.</summary>
    public void InputArrived() => Publish(_input.Writer);

    /// <summary>The client will send nothing more.</summary>
    public void InputEnded()
    {
        _inputEnded = true;
        _input.Writer.Complete();
    }

    /// <summary>Serves what is there, up to the share of one turn.</summary>
    public void Advance()
    {
        if (State is ConversationState.Ended or ConversationState.AwaitsEndOfTurn)
        {
            return;
        }

        State = ConversationState.AwaitsInput;
        if (_input.Reader.TryRead(out ReadResult input))
        {
            ReadOnlySequence<byte> rest = input.Buffer;
            ServeMessages(ref rest);
            // What is left counts as examined, so that nothing happens until more arrives; but not what waits for
            // another turn. A pipe throws when less is examined than was before: see that no path does that.
            bool goesOn = State is ConversationState.AwaitsTurn or ConversationState.AwaitsEndOfTurn;
            _input.Reader.AdvanceTo(rest.Start, goesOn ? rest.Start : rest.End);
            KeepsInput = !rest.IsEmpty;
        }

        if (!_reply.IsCut)
        {
            Publish(_output.Writer);
        }
    }

    /// <summary>The turn has ended: writes the reply that was held back for it and goes on.</summary>
    public void TurnEnded()
    {
        Debug.Assert(State == ConversationState.AwaitsEndOfTurn, "only a held reply waits for the end of the turn");
        State = KeepsInput || _inputEnded ? ConversationState.AwaitsTurn : ConversationState.AwaitsInput;
        _service.WriteDeferredReply(_heldReply, _output.Writer);
        Publish(_output.Writer);
    }

    /// <summary>Ends it because it keeps bytes that there is no memory for.</summary>
    internal void EndForWantOfMemory() => Finish(ConversationEnd.MemoryScarce);

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        _input.Writer.Complete();
        _input.Reader.Complete();
        _output.Writer.Complete();
        _output.Reader.Complete();
        _hasEnded = true;
    }

    private void ServeMessages(ref ReadOnlySequence<byte> rest)
    {
        for (int count = 0; State == ConversationState.AwaitsInput; count++)
        {
            if (!IsInsideRequest && !BeginRequest(ref rest))
            {
                return;
            }

            if (count == _messagesPerTurn || _output.Writer.UnflushedBytes > ServerLimits.UnsentReplyBytes)
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

    /// <summary>Between two requests: whether another one begins here.</summary>
    private bool BeginRequest(ref ReadOnlySequence<byte> rest)
    {
        if (rest.Length > TriggerBytes && _shortBytes > 0 && !LooksLikeRequest(rest.Slice(0, _shortBytes)))
        {
            // One or two bytes had arrived alone, and they were not the start of a request: a trigger that needs no
            // answer. What came later stands for itself.
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
                    // A reply that is held back has to be written first; the end is seen again in the next turn.
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
        _reply.Begin();
        _heldReply = _service.Serve(message, _reply);
        HasGrown |= message.Length > ServerLimits.ModestMessageBytes || _reply.IsLarge;
        if (_reply.IsCut)
        {
            Finish(ConversationEnd.MemoryScarce);
        }
        else if (_heldReply != 0)
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

    /// <summary>Makes written bytes visible to the pipe's reader. Without thresholds this never waits.</summary>
    private static void Publish(PipeWriter writer)
    {
        ValueTask<FlushResult> flush = writer.FlushAsync();
        Debug.Assert(flush.IsCompleted, "a pipe without thresholds never makes its writer wait");
        flush.GetAwaiter().GetResult();
    }
}
