using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Text;
using TlsMgr.Postfix.Process;
using TlsMgr.Tests.Protocol;

namespace TlsMgr.Tests.Process;

/// <summary>
/// Answers each message with the message itself in brackets; one that has a name "hold" gets its reply at the end of the
/// turn, one that has a name "quiet" none.
/// </summary>
internal sealed class EchoService : IRequestService
{
    private readonly List<string> _held = [];

    internal int Turns { get; private set; }

    public void WriteGreeting(IBufferWriter<byte> output) => output.Write("hello"u8);

    public int Serve(ReadOnlySpan<byte> message, IBufferWriter<byte> reply)
    {
        string text = $"[{Wire.Text(message)}]";
        if (text.Contains("hold", StringComparison.Ordinal))
        {
            _held.Add(text);
            return _held.Count;
        }

        if (!text.Contains("quiet", StringComparison.Ordinal))
        {
            reply.Write(Encoding.UTF8.GetBytes(text));
        }

        return 0;
    }

    public void EndTurn() => Turns++;

    public void WriteHeldReply(int held, IBufferWriter<byte> reply) =>
        reply.Write(Encoding.UTF8.GetBytes(_held[held - 1] + "held"));
}

/// <summary>Talks to a conversation as a client and a loop would, without either.</summary>
internal sealed class ScriptedClient(IRequestService service) : IDisposable
{
    internal Conversation Conversation { get; } = new(service);

    /// <summary>Sends bytes in one write and answers what came back.</summary>
    internal string Say(string text) => SayBytes(Wire.Bytes(text));

    internal string SayBytes(byte[] bytes)
    {
        Conversation.Input.Write(bytes);
        Conversation.InputArrived();
        return Run();
    }

    /// <summary>Closes the client's side and answers what came back.</summary>
    internal string Close()
    {
        Conversation.InputEnded();
        return Run();
    }

    public void Dispose() => Conversation.Dispose();

    private string Run()
    {
        StringBuilder said = new();
        do
        {
            Conversation.Advance();
            service.EndTurn();
            if (Conversation.State == ConversationState.AwaitsEndOfTurn)
            {
                Conversation.TurnEnded();
            }

            if (Conversation.Output.TryRead(out ReadResult output))
            {
                said.Append(Wire.Text(output.Buffer.ToArray()));
                Conversation.Output.AdvanceTo(output.Buffer.End);
            }
        }
        while (Conversation.State == ConversationState.AwaitsTurn);

        return said.ToString();
    }
}
