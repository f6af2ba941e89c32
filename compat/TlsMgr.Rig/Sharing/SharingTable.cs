using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Pool;

namespace TlsMgr.Rig.Sharing;

/// <summary>Shows shared sessions to a person: host by host, new or reused, and what a host says of itself.</summary>
internal sealed class SharingTable(SharingRig rig, TextWriter output, CancellationToken cancellation)
{
    internal void Run()
    {
        output.WriteLine();
        output.WriteLine(
            $"{rig.Hosts.Count} hosts share sessions through {rig.Store.Name}: a session of one, offered at each.");
        TextTable table = new(["session of", "kind", .. rig.Hosts.Select(static host => $"at {host.Name}")]);
        foreach (PoolHost issuer in rig.Hosts)
        {
            foreach (TlsVersion version in Enum.GetValues<TlsVersion>())
            {
                int before = rig.Store.CountSessions();
                Ticket session = rig.Pool.Client.TakeAt(SharingRig.SessionPort, issuer, version, cancellation);
                rig.AwaitStored(before, 1, cancellation);
                cancellation.WaitHandle.WaitOne(SharingRig.Spread);
                table.Add(
                [
                    issuer.Name, $"smtpd, {PoolClient.NameOf(version)}, no tickets", .. rig.Hosts.Select(host => Offer(session, host)),
                ]);
            }
        }

        table.Add(["first delivery", "smtp to one partner", .. Deliver()]);
        table.Write(output);
        output.WriteLine("late: the server took longer than a host waits; unknown: the host did not know of it yet.");
        output.WriteLine();
        output.WriteLine($"tlsmgrctl pool status at {rig.Hosts[0].Name}:");
        output.Write(rig.Hosts[0].Tool(["pool", "status"], cancellation).Output);
    }

    /// <summary>Offers a session; where it is not resumed, says whether the server's answer was late.</summary>
    private string Offer(Ticket session, PoolHost host)
    {
        long overdue = SharingRig.Figure(host, "overdue", cancellation);
        long filtered = SharingRig.Figure(host, "filtered", cancellation);
        bool isResumed = rig.Pool.Client.OfferAt(SharingRig.SessionPort, session, host, cancellation);
        return isResumed ? Word(isResumed)
            : SharingRig.Figure(host, "overdue", cancellation) > overdue ? "new (late)"
            : SharingRig.Figure(host, "filtered", cancellation) > filtered ? "new (unknown)"
            : Word(isResumed);
    }

    private IEnumerable<string> Deliver()
    {
        foreach (PoolHost host in rig.Hosts)
        {
            int before = rig.Store.CountSessions();
            bool isResumed = SharedDelivery.Send(host, cancellation);
            if (!isResumed)
            {
                rig.AwaitStored(before, 1, cancellation);
            }

            yield return Word(isResumed);
        }
    }

    private static string Word(bool isResumed) => isResumed ? "reused" : "new";
}
