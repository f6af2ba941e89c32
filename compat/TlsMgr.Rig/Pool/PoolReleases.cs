using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Pool;

/// <summary>Checks which releases of Postfix share tickets: each host has another one.</summary>
internal sealed class PoolReleases(PoolRig rig, CheckReporter reporter, CancellationToken cancellation)
{
    private const int FirstWithGroup = 3;

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);

    private IReadOnlyList<PoolHost> Hosts => rig.Hosts;

    internal void Run()
    {
        reporter.Run(
            "hosts of several releases without a pool resume their own tickets and no others",
            () => rig.ExchangeTickets(cancellation).FindFault(static offered => offered.Ticket.Issuer == offered.Host));
        reporter.Run("they make a pool, export it and join it, and each host says that it shares", () =>
        {
            rig.Share(cancellation);
            return rig.FindSharingFault(cancellation);
        });
        CheckPairs("equal clocks");
        rig.SetClocks(TimeSpan.Zero, PoolRig.Skew / 2, PoolRig.Skew, TimeSpan.Zero);
        rig.AdvanceTo(PoolRig.Period - (PoolRig.Skew / 2) + Moment);
        CheckPairs("clocks apart, in two periods");
        reporter.Run("postfix reload: tickets of before and behind are resumed where they were", () =>
        {
            IReadOnlyList<Ticket> tickets = rig.TakeTickets(cancellation);
            foreach (PoolHost host in Hosts)
            {
                host.Reload(cancellation);
            }

            return TicketMatrix.Offer(rig.Client, Hosts, tickets, cancellation).FindFault(IsShared)
                ?? rig.ExchangeTickets(cancellation).FindFault(IsShared);
        });
        reporter.Run("no program of any host failed", rig.FindProgramFault);
    }

    private static bool IsShared(Offered offered) =>
        BindAlike(offered.Ticket.Issuer, offered.Host) && Reads(offered.Host, offered.Ticket.Issuer);

    private static bool BindAlike(PoolHost one, PoolHost other) =>
        one.Distribution.Release.BindsTickets == other.Distribution.Release.BindsTickets;

    // OpenSSL 3 writes a field (the group of the key exchange) that OpenSSL 1.1.1 takes for damage.
    private static bool Reads(PoolHost host, PoolHost issuer) =>
        host.Distribution.OpenSslMajor >= FirstWithGroup || issuer.Distribution.OpenSslMajor < FirstWithGroup;

    private static string Describe(PoolHost one, PoolHost other) =>
        !BindAlike(one, other) ? "full handshakes, since the newer one binds tickets to the name of the service"
        : Reads(one, other) && Reads(other, one) ? "each resumes the tickets of the other"
        : "the one with OpenSSL 3 resumes tickets of the other, whose OpenSSL 1.1.1 cannot read those of OpenSSL 3";

    private void CheckPairs(string clocks)
    {
        foreach ((PoolHost one, PoolHost other) in
            Hosts.SelectMany((one, i) => Hosts.Skip(i + 1).Select(other => (one, other))))
        {
            string pair = $"{one.Distribution.Release.Version} and {other.Distribution.Release.Version}";
            reporter.Run($"Postfix {pair}, {clocks}: {Describe(one, other)}", () => FindFault([one, other]));
        }
    }

    private string? FindFault(PoolHost[] pair)
    {
        IEnumerable<Ticket> tickets = pair.SelectMany(host =>
            Enum.GetValues<TlsVersion>().Select(version => rig.Client.Take(host, version, cancellation)));
        return TicketMatrix.Offer(rig.Client, pair, tickets, cancellation).FindFault(IsShared);
    }
}
