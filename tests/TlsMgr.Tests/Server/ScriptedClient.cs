using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Server;
using TlsMgr.Tests.Protocol;

namespace TlsMgr.Tests.Server;

/// <summary>
/// Replies to each message with the message in brackets. A message that contains "hold" gets a deferred reply, one that
/// contains "quiet" gets none, and one that contains "broken" throws an exception.
/// </summary>
internal sealed class EchoService : IRequestService
{
    private readonly List<string> _deferred = [];

    internal int Turns { get; private set; }

    /// <summary>Called while a message is served.</summary>
    internal Action Served { get; set; } = static () => { };

    public void WriteGreeting(IBufferWriter<byte> output) => output.Write("hello"u8);

    public int Serve(ReadOnlySpan<byte> message, IBufferWriter<byte> reply)
    {
        Served();
        string text = $"[{Wire.Text(message)}]";
        if (text.Contains("hold", StringComparison.Ordinal))
        {
            _deferred.Add(text);
            return _deferred.Count;
        }

        if (text.Contains("broken", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"secret {text}");
        }

        if (!text.Contains("quiet", StringComparison.Ordinal))
        {
            reply.Write(Encoding.UTF8.GetBytes(text));
        }

        return 0;
    }

    public void EndTurn() => Turns++;

    /// <summary>Turns for which each reply is deferred, besides the one of its request.</summary>
    public int MoreTurns { get; set; }

    public bool WriteDeferredReply(int deferred, IBufferWriter<byte> reply)
    {
        if (MoreTurns-- > 0)
        {
            return false;
        }

        reply.Write(Encoding.UTF8.GetBytes(_deferred[deferred - 1] + "deferred"));
        return true;
    }
}

/// <summary>Drives a conversation in place of a client and an event loop.</summary>
/// <param name="service">Serves the requests.</param>
/// <param name="memory">Memory that outlives the client; null for memory of its own.</param>
internal sealed class ScriptedClient(IRequestService service, BlockPool? memory = null) : IDisposable
{
    private Conversation? _conversation;

    internal BlockPool Memory { get; } = memory ?? new BlockPool();

    internal Conversation Conversation => _conversation ??= new Conversation(service, Memory);

    /// <summary>Sends a text in one write and returns the replies.</summary>
    internal string Send(string text) => Wire.Text(SendBytes(Wire.Bytes(text)));

    /// <summary>Sends bytes in one write and returns the replies.</summary>
    internal byte[] SendBytes(byte[] bytes)
    {
        Receive(bytes);
        return Run();
    }

    /// <summary>Runs turns until nothing is to be done, and returns the replies.</summary>
    internal string Continue() => Wire.Text(Run());

    /// <summary>Closes the client's side and returns the replies as a text.</summary>
    internal string Close() => Wire.Text(CloseBytes());

    /// <summary>Closes the client's side and returns the replies.</summary>
    internal byte[] CloseBytes()
    {
        Conversation.InputEnded();
        return Run();
    }

    /// <summary>Takes the output so far.</summary>
    internal byte[] TakeBytes()
    {
        if (!Conversation.Output.TryRead(out ReadOnlySequence<byte> output))
        {
            return [];
        }

        byte[] bytes = output.ToArray();
        Conversation.Output.Sent(output, output.Length);
        return bytes;
    }

    /// <summary>Sends a request many times, each after the reply to the last, and discards the replies.</summary>
    internal void Exchange(byte[] request, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Receive(request);
            Turn();
            if (Conversation.Output.TryRead(out ReadOnlySequence<byte> output))
            {
                Conversation.Output.Sent(output, output.Length);
            }
        }
    }

    public void Dispose()
    {
        Conversation.Dispose();
        if (memory is null)
        {
            Memory.Dispose();
        }
    }

    private byte[] Run()
    {
        List<byte> replies = [];
        do
        {
            Turn();
            replies.AddRange(TakeBytes());
        }
        while (Conversation.State is ConversationState.AwaitsTurn or ConversationState.AwaitsEndOfTurn
            && !Conversation.IsHeld);

        return [.. replies];
    }

    /// <summary>Writes bytes where a connection would receive them.</summary>
    internal void Receive(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> space = Conversation.GetSpace();
            int count = int.Min(space.Length, bytes.Length);
            bytes[..count].CopyTo(space);
            Conversation.Received(count);
            bytes = bytes[count..];
        }
    }

    private void Turn()
    {
        Conversation.Advance();
        service.EndTurn();
        if (Conversation.State == ConversationState.AwaitsEndOfTurn)
        {
            Conversation.TurnEnded();
        }
    }
}
