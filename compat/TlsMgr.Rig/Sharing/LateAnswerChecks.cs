// The proxy keeps the answer of the server back until the host has deleted the session that it asked for.

using System.Threading;
using TlsMgr.Rig.Pool;
using TlsMgr.Rig.Sharing.Faults;

namespace TlsMgr.Rig.Sharing;

/// <summary>Checks that an answer that comes behind a delete is not used.</summary>
internal sealed class LateAnswerChecks(
    SharingRig rig, FaultProxy proxy, CheckReporter reporter, CancellationToken cancellation)
{
    private const string Cache = "smtp";

    private PoolHost A => rig.Hosts[0];

    internal void Run() =>
        reporter.Run("withdrawn: a delete between question and answer: the answer is dropped", FindFault);

    private string? FindFault()
    {
        string id = $"smtp&partner.test&{SharingChecks.NewId()}";
        int stored = rig.Store.CountSessions();
        using (SessionClient writer = new(rig.Hosts[1]))
        {
            writer.Update(Cache, id, "a session that is deleted"u8);
        }

        rig.AwaitStored(stored, 1, cancellation);
        long before = Overtaken;
        using SessionClient client = new(A);
        proxy.Mode = ProxyMode.Silent;
        bool isLate = client.Lookup(Cache, id) is null;
        client.Delete(Cache, id);
        proxy.Mode = ProxyMode.Forward;
        bool isDropped = Deadline.Await(() => Overtaken > before, cancellation);
        return !isLate ? "the proxy does not keep the answer back"
            : !isDropped ? "no answer was dropped"
            : client.Lookup(Cache, id) is not null ? "it is found" : null;
    }

    private long Overtaken => SharingRig.Figure(A, "overtaken", cancellation);
}
