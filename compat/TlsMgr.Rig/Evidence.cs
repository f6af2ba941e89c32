// What a run brings to light, in the order in which it can be seen: the daemons' first answers while nobody else has
// asked them anything, then the scenarios, then processes and files.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Observation;
using TlsMgr.Rig.Scenarios;

namespace TlsMgr.Rig;

/// <summary>What was seen of one instance's daemon.</summary>
internal sealed record DaemonEvidence(
    PostfixInstance Instance, FirstAnswer FirstAnswer, DaemonProcess? Process, IReadOnlyList<DataFile> Files);

/// <summary>Everything that was seen.</summary>
internal sealed record Evidence(IReadOnlyList<Attempt> Attempts, IReadOnlyList<DaemonEvidence> Daemons)
{
    internal static Evidence Collect(Rig rig, CancellationToken cancellation)
    {
        FirstAnswer[] answers = [.. rig.Instances.Select(FirstAnswer.Ask)];
        cancellation.ThrowIfCancellationRequested();

        // Without a seed every handshake fails after a long wait: there is nothing more to learn.
        List<Attempt> attempts = Array.TrueForAll(answers, static answer => answer.Fault is null)
            ? ScenarioRunner.Run(rig, cancellation)
            : [new Attempt("scenarios", null, "not tried, since tlsmgr does not serve")];
        DaemonEvidence[] daemons =
        [
            .. rig.Instances.Select((instance, i) => new DaemonEvidence(
                instance, answers[i], DaemonProcess.Observe(instance), DataFile.Observe(instance))),
        ];
        return new Evidence(attempts, daemons);
    }
}
