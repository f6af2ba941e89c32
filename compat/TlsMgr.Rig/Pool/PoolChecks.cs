// The order is that of an administrator's year: hosts alone, then a pool, then what happens to it. Each check begins
// with tickets of its own.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Pool;

/// <summary>Checks which tickets are resumed where.</summary>
internal sealed class PoolChecks(PoolRig rig, CheckReporter reporter, bool isBrief, CancellationToken cancellation)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RotationDelay = TimeSpan.FromHours(1);

    private static readonly (string Name, TimeSpan Time)[] Places =
    [
        ("a period's beginning", TimeSpan.Zero),
        ("the middle of a period", PoolRig.Period / 2),
        ("the end of a period for the host that is ahead", PoolRig.Period - PoolRig.Skew - Moment),
        ("hosts in two periods", PoolRig.Period - (PoolRig.Skew / 2) + Moment),
        ("a period's last second", PoolRig.Period - TimeSpan.FromSeconds(1)),
    ];

    private static readonly int[] BriefPlaces = [1, 3];

    private IReadOnlyList<PoolHost> Hosts => rig.Hosts;

    internal void Run()
    {
        reporter.Run(
            "hosts without a pool resume their own tickets and no others",
            () => rig.ExchangeTickets(cancellation).FindFault(static offered => offered.Ticket.Issuer == offered.Host));
        reporter.Run("a pool is made, exported and joined, and each host says that it shares", () =>
        {
            rig.Share(cancellation);
            return rig.FindSharingFault(cancellation);
        });
        reporter.Run("equal clocks: every ticket is resumed at every host", () => FindFaultNow(Everywhere));
        rig.SetClocks(TimeSpan.Zero, PoolRig.Skew / 2, PoolRig.Skew, TimeSpan.Zero);
        CheckPlaces();
        CheckAge();
        CheckStarts();
        CheckRotation();
        CheckRevocation();
        CheckDistantClock();
        reporter.Run("no program of any host failed", rig.FindProgramFault);
    }

    private static bool Everywhere(Offered offered) => true;

    private string? FindFaultNow(Func<Offered, bool> isResumed) =>
        rig.ExchangeTickets(cancellation).FindFault(isResumed);

    private string? FindFaultOf(IEnumerable<Ticket> tickets, Func<Offered, bool> isResumed) =>
        TicketMatrix.Offer(rig.Client, Hosts, tickets, cancellation).FindFault(isResumed);

    private void CheckPlaces()
    {
        foreach ((string name, TimeSpan time) in isBrief ? BriefPlaces.Select(static i => Places[i]) : Places)
        {
            reporter.Run($"clocks 0, S/2 and S apart, {name}: every ticket is resumed at every host", () =>
            {
                rig.AdvanceTo(time);
                return FindFaultNow(Everywhere);
            });
        }

        if (!isBrief)
        {
            reporter.Run("the same with processes of smtpd that keep copies of the keys", () =>
                rig.ExchangeTickets(cancellation, isLongLived: true).FindFault(Everywhere));
        }
    }

    // The worst case: taken at the end of a period of the clock that is behind.
    private void CheckAge()
    {
        reporter.Run("a ticket that is nearly a period old is resumed everywhere", () =>
        {
            rig.AdvanceTo(PoolRig.Period - (2 * Moment));
            IReadOnlyList<Ticket> tickets = rig.TakeTickets(cancellation);
            rig.Advance(PoolRig.Period - (6 * Moment));
            return FindFaultOf(tickets, Everywhere);
        });
        reporter.Run("a ticket of three periods before is refused everywhere, with a full handshake", () =>
        {
            IReadOnlyList<Ticket> tickets = rig.TakeTickets(cancellation);
            rig.Advance(3 * PoolRig.Period);
            return FindFaultOf(tickets, static _ => false);
        });
    }

    private void CheckStarts()
    {
        CheckStart("postfix reload", static (host, cancellation) => host.Reload(cancellation));
        CheckStart("kill -9 of tlsmgr", static (host, cancellation) => host.KillTlsMgr(cancellation));
        CheckStart("postfix stop and start", static (host, cancellation) => host.Restart(cancellation));
    }

    private void CheckStart(string name, Action<PoolHost, CancellationToken> act) =>
        reporter.Run($"{name}: tickets of before and behind are resumed everywhere", () =>
        {
            rig.AdvanceTo(PoolRig.Period / 4);
            IReadOnlyList<Ticket> tickets = rig.TakeTickets(cancellation);
            foreach (PoolHost host in Hosts)
            {
                act(host, cancellation);
            }

            return FindFaultOf(tickets, Everywhere) ?? FindFaultNow(Everywhere);
        });

    private void CheckRotation()
    {
        reporter.Run("pool rotate --in: every ticket is resumed before the change", () =>
        {
            rig.AdvanceTo(PoolRig.Period / 4);
            Hosts[0].RequireTool(["pool", "rotate", "--in", $"{RotationDelay.TotalMinutes}m"], cancellation);
            string? fault = FindFaultNow(Everywhere);
            rig.Join(Hosts.Skip(1), cancellation);
            return fault ?? FindFaultNow(Everywhere);
        });
        reporter.Run("pool rotate --in: tickets of before and behind are resumed at the change", () =>
        {
            rig.Advance(RotationDelay - PoolRig.Period);
            rig.AdvanceTo(PoolRig.Period - (PoolRig.Skew / 2) + Moment);
            IReadOnlyList<Ticket> tickets = rig.TakeTickets(cancellation);
            rig.AdvanceTo(PoolRig.Period / 2);
            return FindFaultOf(tickets, Everywhere) ?? FindFaultNow(Everywhere);
        });
        if (!isBrief)
        {
            reporter.Run("pool rotate --in: every ticket is resumed three periods later", () =>
            {
                rig.Advance(3 * PoolRig.Period);
                return FindFaultNow(Everywhere);
            });
        }
    }

    private void CheckRevocation()
    {
        IReadOnlyList<Ticket> tickets = [];
        reporter.Run("pool rotate --now: that host refuses tickets of before, and the others know none of its own", () =>
        {
            rig.AdvanceTo(PoolRig.Period / 4);
            tickets = rig.TakeTickets(cancellation);
            Hosts[0].RequireTool(["pool", "rotate", "--now"], cancellation);
            return FindFaultOf(tickets, offered => offered.Host != Hosts[0])
                ?? FindFaultNow(offered => (offered.Host == Hosts[0]) == (offered.Ticket.Issuer == Hosts[0]));
        });
        reporter.Run("pool rotate --now, joined by all: tickets of before are refused, new ones resumed everywhere", () =>
        {
            rig.Join(Hosts.Skip(1), cancellation);
            return FindFaultOf(tickets, static _ => false) ?? FindFaultNow(Everywhere);
        });
    }

    private void CheckDistantClock()
    {
        PoolHost last = Hosts[^1];
        reporter.Run("a clock three periods ahead: nothing fails but resumption with that host", () =>
        {
            rig.AdvanceTo(PoolRig.Period / 2);
            last.Clock.Ahead = 3 * PoolRig.Period;
            return FindFaultNow(offered => (offered.Host == last) == (offered.Ticket.Issuer == last));
        });
        reporter.Run("the clock set right: every ticket is resumed at every host", () =>
        {
            last.Clock.Ahead = TimeSpan.Zero;
            return FindFaultNow(Everywhere);
        });
    }
}
