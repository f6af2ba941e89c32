using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Control.Tests.Client;

namespace TlsMgr.Fuzzing.Targets;

/// <summary>Replies to the verbs of tlsmgrctl: each verb prints checked output, or one line of error.</summary>
internal sealed class ReplyTarget : FuzzTarget
{
    private const int MutatedSeeds = 64;

    internal override IEnumerable<byte[]> Seeds
    {
        get
        {
            ReplyMutator mutator = new(seed: 1);
            return
            [
                .. ReplyTrial.Commands.Select((command, index) =>
                    (byte[])[(byte)index, 0, .. ScriptedTransport.Wire(command.Replies)]),
                .. Enumerable.Range(0, MutatedSeeds).Select(_ => mutator.Next()),
            ];
        }
    }

    public override void Dispose()
    {
    }

    internal override void Run(ReadOnlySpan<byte> input) => ReplyTrial.Run(input);
}
