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
    private const string Established = "Anonymous TLS connection established from";
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
        CheckLongLived("random keys that are kept");
        reporter.Run("a pool is made, exported and joined, and each host says that it shares", () =>
        {
            rig.Share(cancellation);
            return rig.FindSharingFault(cancellation);
        });
        reporter.Run("equal clocks: every ticket is resumed at every host", () => FindFaultNow(Everywhere));
        rig.SetClocks(TimeSpan.Zero, PoolRig.Skew / 2, PoolRig.Skew, TimeSpan.Zero);
        CheckPlaces();
        CheckLongLived("keys of the pool");
        CheckAge();
        CheckStarts();
        CheckRotation();
        CheckHalfRotation();
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
            rig.AdvanceTo(Hosts[0].ChangePeriod - 1, PoolRig.Period - (PoolRig.Skew / 2) + Moment);
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

    // Hosts that have missed a rotation know the old secret alone; the others accept it for two periods more.
    private void CheckHalfRotation()
    {
        PoolHost[] late = [.. Hosts.Skip((Hosts.Count + 1) / 2)];
        bool IsLate(PoolHost host) => late.Contains(host);
        long change = 0;
        reporter.Run("a rotation that reaches half of the hosts: every ticket is resumed before the change", () =>
        {
            rig.Advance(3 * PoolRig.Period);
            string? fault = FindFaultNow(Everywhere);
            rig.AdvanceTo(PoolRig.Period / 4);
            Hosts[0].RequireTool(["pool", "rotate", "--in", $"{RotationDelay.TotalMinutes}m"], cancellation);
            change = Hosts[0].ChangePeriod;
            rig.Join(Hosts.Skip(1).Where(host => !IsLate(host)), cancellation);
            return fault ?? FindFaultNow(Everywhere);
        });
        reporter.Run("after the change hosts that missed it refuse tickets of the others alone", () =>
        {
            rig.AdvanceTo(change, PoolRig.Period / 2);
            return FindFaultNow(offered => !IsLate(offered.Host) || IsLate(offered.Ticket.Issuer));
        });
        reporter.Run("three periods later each half resumes its own tickets and no others", () =>
        {
            rig.AdvanceTo(change + 3, PoolRig.Period / 2);
            return FindFaultNow(offered => IsLate(offered.Host) == IsLate(offered.Ticket.Issuer));
        });
        reporter.Run("the late hosts have joined: every ticket is resumed at every host", () =>
        {
            rig.Join(late, cancellation);
            return FindFaultNow(Everywhere);
        });
    }

    private void CheckLongLived(string keys)
    {
        foreach (TlsVersion version in Enum.GetValues<TlsVersion>())
        {
            reporter.Run(
                $"{PoolClient.NameOf(version)}: a process of smtpd that lives over a reload goes on with {keys}",
                () => FindLongLivedFault(Hosts[0], version));
        }
    }

    // The process has a copy of the key from a connection before, and gives a ticket after tlsmgr was replaced. It is
    // offered at the same service: from Postfix 3.11.7 on, tickets are bound to its name.
    private string? FindLongLivedFault(PoolHost host, TlsVersion version)
    {
        int mark = host.Instance.Log.Read().Count;
        _ = rig.Client.Take(host, version, cancellation, isLongLived: true);
        using EarlyConnection early = new(host, PoolClient.SubmissionPort, cancellation);
        host.Reload(cancellation);
        Ticket ticket = rig.Client.Take(host, early, version, cancellation);
        List<int> processes = [];
        Deadline.Await(
            () => (processes =
            [
                .. host.Instance.Log.Read(mark)
                    .Where(static line => line.Text.StartsWith(Established, StringComparison.Ordinal))
                    .Select(static line => line.Pid),
            ]).Count == 2,
            cancellation);
        return processes.Distinct().Count() != 1 ? "the process did not live over the reload"
            : rig.Client.Offer(ticket, host, cancellation, isLongLived: true) ? null
            : "its ticket is refused";
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
