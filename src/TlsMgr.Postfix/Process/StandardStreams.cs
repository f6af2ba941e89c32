// The -S mode: one client on standard input and output, as a person or a script uses it. No master, no loop, no
// deadlines; these descriptors may be files, pipes or a terminal, so it reads and writes as they come.

using System;
using System.Buffers;
using System.IO.Pipelines;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Process;

/// <summary>Serves one client on standard input and output until its input ends.</summary>
public static class StandardStreams
{
    private const int Input = 0;
    private const int Output = 1;

    /// <summary>Serves. There is no greeting in this mode.</summary>
    public static void Serve(IRequestService service)
    {
        using Conversation conversation = new(service, MemoryPool<byte>.Shared);
        while (conversation.State != ConversationState.Ended)
        {
            if (conversation.State == ConversationState.AwaitsInput)
            {
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
        int count = FileDescriptor.Read(Input, conversation.Input.GetSpan(Limits.ReadBytes));
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
