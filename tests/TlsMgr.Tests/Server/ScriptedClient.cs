using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Text;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Server;
using TlsMgr.Tests.Protocol;

namespace TlsMgr.Tests.Server;

/// <summary>
/// Answers each message with the message itself in brackets; one that has a name "hold" gets its reply at the end of the
/// turn, one that has a name "quiet" none. One that has a name "broken" is more than it can bear.
/// </summary>
internal sealed class EchoService : IRequestService
{
    private readonly List<string> _held = [];

    internal int Turns { get; private set; }

    /// <summary>What happens while a message is served.</summary>
    internal Action Served { get; set; } = static () => { };

    public void WriteGreeting(IBufferWriter<byte> output) => output.Write("hello"u8);

    public int Serve(ReadOnlySpan<byte> message, IBufferWriter<byte> reply)
    {
        Served();
        string text = $"[{Wire.Text(message)}]";
        if (text.Contains("hold", StringComparison.Ordinal))
        {
            _held.Add(text);
            return _held.Count;
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

    public void WriteDeferredReply(int held, IBufferWriter<byte> reply) =>
        reply.Write(Encoding.UTF8.GetBytes(_held[held - 1] + "held"));
}

/// <summary>Talks to a conversation as a client and a loop would, without either.</summary>
/// <param name="service">Who answers.</param>
/// <param name="memory">Memory that outlives it; its own without.</param>
internal sealed class ScriptedClient(IRequestService service, BlockPool? memory = null) : IDisposable
{
    private Conversation? _conversation;

    internal BlockPool Memory { get; } = memory ?? new BlockPool();

    internal Conversation Conversation => _conversation ??= new Conversation(service, Memory);

    /// <summary>Sends bytes in one write and answers what came back.</summary>
    internal string Say(string text) => Wire.Text(SendBytes(Wire.Bytes(text)));

    /// <summary>The same with bytes.</summary>
    internal byte[] SendBytes(byte[] bytes)
    {
        Conversation.Input.Write(bytes);
        Conversation.InputArrived();
        return Run();
    }

    /// <summary>Closes the client's side and answers what came back.</summary>
    internal string Close() => Wire.Text(CloseBytes());

    /// <summary>The same with bytes.</summary>
    internal byte[] CloseBytes()
    {
        Conversation.InputEnded();
        return Run();
    }

    /// <summary>What was said and is not taken yet.</summary>
    internal byte[] TakeBytes()
    {
        if (!Conversation.Output.TryRead(out ReadResult output))
        {
            return [];
        }

        byte[] bytes = output.Buffer.ToArray();
        Conversation.Output.AdvanceTo(output.Buffer.End);
        return bytes;
    }

    /// <summary>Sends a request many times, each after the reply to the last, and throws the replies away.</summary>
    internal void Exchange(byte[] request, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Conversation.Input.Write(request);
            Conversation.InputArrived();
            Turn();
            if (Conversation.Output.TryRead(out ReadResult output))
            {
                Conversation.Output.AdvanceTo(output.Buffer.End);
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
        List<byte> said = [];
        do
        {
            Turn();
            said.AddRange(TakeBytes());
        }
        while (Conversation.State == ConversationState.AwaitsTurn);

        return [.. said];
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
