// The -S mode, for manual use and scripts: one client on standard input and output, without master, event loop and
// deadlines. The descriptors may be files, pipes or a terminal, so reads and writes block.
// Invariant: a wait for input is also a wait for the signals that end the process.

using System;
using System.IO.Pipelines;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Process;

namespace TlsMgr.Postfix.Server;

/// <summary>Serves one client on standard input and output until its input ends or a signal arrives.</summary>
internal static class StandardStreams
{
    private const int Input = 0;
    private const int Output = 1;

    /// <summary>Serves the client. This mode has no greeting.</summary>
    internal static void Serve(IRequestService service, TerminationSignals signals)
    {
        using BlockPool memory = new();
        using Conversation conversation = new(service, memory);
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
        }
    }

    private static void Receive(Conversation conversation)
    {
        int count = FileDescriptor.Read(Input, conversation.Input.GetSpan());
        if (count > 0)
        {
            conversation.Input.Advance(count);
            conversation.InputArrived();
        }
        else if (count != -Errno.Interrupted)
        {
            conversation.InputEnded();
        }
    }

    private static bool Send(PipeReader output)
    {
        if (!output.TryRead(out ReadResult replies))
        {
            return true;
        }

        foreach (ReadOnlyMemory<byte> segment in replies.Buffer)
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

        output.AdvanceTo(replies.Buffer.End);
        return true;
    }
}
