// The -S mode, for manual use and scripts: one client on standard input and output, without master, event loop and
// deadlines. The descriptors may be files, pipes or a terminal, so reads and writes block.
// Invariant: a wait for input is also a wait for the signals that end the process.

using System;
using System.Buffers;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Process;

namespace TlsMgr.Postfix.Server;

/// <summary>Serves one client on standard input and output until its input ends or a signal arrives.</summary>
internal static class StandardStreams
{
    private const int Input = 0;
    private const int Output = 1;

    /// <summary>There is no other client, and the changes of a turn share one commit.</summary>
    private const int MessagesPerTurn = 64;

    /// <summary>Serves the client. This mode has no greeting.</summary>
    internal static void Serve(IRequestService service, TerminationSignals signals)
    {
        using BlockPool memory = new();
        using Conversation conversation = new(service, memory, MessagesPerTurn);
        while (conversation.State != ConversationState.Ended)
        {
            if (conversation.State == ConversationState.AwaitsInput)
            {
                while (PollWait.ForEither(Input, signals.Descriptor) == -Errno.Interrupted)
                {
                }

                if (signals.HaveArrived())
                {
                    return;
                }

                Receive(conversation);
            }

            conversation.Advance();
            service.EndTurn();
            if (conversation.State == ConversationState.AwaitsEndOfTurn)
            {
                conversation.TurnEnded();
            }

            if (!Send(conversation.Output))
            {
                return;
            }

            memory.Replies.Erase();
        }
    }

    private static void Receive(Conversation conversation)
    {
        int count = FileDescriptor.Read(Input, conversation.GetSpace());
        if (count > 0)
        {
            conversation.Received(count);
        }
        else if (count != -Errno.Interrupted)
        {
            conversation.InputEnded();
        }
    }

    private static bool Send(ReplyQueue output)
    {
        if (!output.TryRead(out ReadOnlySequence<byte> replies))
        {
            return true;
        }

        foreach (ReadOnlyMemory<byte> segment in replies)
        {
            for (ReadOnlySpan<byte> rest = segment.Span; !rest.IsEmpty;)
            {
                int count = FileDescriptor.Write(Output, rest);
                if (count < 0 && count != -Errno.Interrupted)
                {
                    return false;
                }

                rest = rest[int.Max(count, 0)..];
            }
        }

        output.Sent(replies, replies.Length);
        return true;
    }
}
