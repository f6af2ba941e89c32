using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Pool;

/// <summary>Whether a host resumed the session of a ticket.</summary>
internal sealed record Offered(Ticket Ticket, PoolHost Host, bool IsResumed)
{
    public override string ToString() =>
        $"{PoolClient.NameOf(Ticket.Version)} {Ticket.Issuer.Name}->{Host.Name} {(IsResumed ? "reused" : "new")}";
}

/// <summary>Tickets of some hosts, each offered at each host.</summary>
internal sealed class TicketMatrix(IReadOnlyList<Offered> all)
{
    internal IReadOnlyList<Offered> All => all;

    /// <summary>Offers each ticket at each host.</summary>
    internal static TicketMatrix Offer(
        PoolClient client, IReadOnlyList<PoolHost> hosts, IEnumerable<Ticket> tickets, CancellationToken cancellation,
        bool isLongLived = false) =>
        new([.. tickets.SelectMany(ticket => hosts.Select(host =>
            new Offered(ticket, host, client.Offer(ticket, host, cancellation, isLongLived))))]);

    /// <summary>The cells that differ from what is expected; null when none does.</summary>
    internal string? FindFault(Func<Offered, bool> isResumed)
    {
        List<Offered> wrong = [.. all.Where(offered => offered.IsResumed != isResumed(offered))];
        return wrong.Count == 0 ? null : $"{wrong.Count} of {all.Count}: {string.Join(", ", wrong.Take(8))}";
    }
}
