// The order matters: the daemons' first replies are measured before any other client connects, then come the scenarios,
// then processes and files.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Observation;
using TlsMgr.Rig.Scenarios;

namespace TlsMgr.Rig;

/// <summary>What was observed of one instance's daemon.</summary>
internal sealed record DaemonEvidence(
    PostfixInstance Instance, FirstReply FirstReply, DaemonProcess? Process, IReadOnlyList<DataFile> Files);

/// <summary>All observations of a run.</summary>
internal sealed record Evidence(IReadOnlyList<Attempt> Attempts, IReadOnlyList<DaemonEvidence> Daemons)
{
    internal static Evidence Collect(Rig rig, CancellationToken cancellation)
    {
        FirstReply[] replies = [.. rig.Instances.Select(FirstReply.Request)];
        cancellation.ThrowIfCancellationRequested();

        // Without a seed every handshake fails after a long wait, and shows nothing new.
        List<Attempt> attempts = Array.TrueForAll(replies, static reply => reply.Fault is null)
            ? ScenarioRunner.Run(rig, cancellation)
            : [new Attempt("scenarios", null, "not attempted: tlsmgr does not serve")];
        DaemonEvidence[] daemons =
        [
            .. rig.Instances.Select((instance, i) => new DaemonEvidence(
                instance, replies[i], DaemonProcess.Observe(instance), DataFile.Observe(instance))),
        ];
        return new Evidence(attempts, daemons);
    }
}
