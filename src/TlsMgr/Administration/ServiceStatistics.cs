// Everything that is counted, from the rooms that count it: for the log and for the administrator's tool. Must never
// change a counter.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Postfix.Server;
using TlsMgr.Sessions;
using TlsMgr.Statistics;
using TlsMgr.Tickets;

namespace TlsMgr.Administration;

/// <summary>The figures of the daemon since its start.</summary>
internal sealed class ServiceStatistics(
    SessionCaches caches, ServiceCounters service, ConnectionCounters connections, TicketKeyRing ring,
    TimeProvider clock, long startedAt)
{
    /// <summary>How long the daemon has been at work.</summary>
    internal TimeSpan UpTime => clock.GetElapsedTime(startedAt);

    /// <summary>The caches that worked at the start, one that has broken since too.</summary>
    internal IEnumerable<SessionCache> Caches => caches.Opened;

    /// <summary>
    /// What is counted of the service: when this has not changed, there is nothing to tell. Connections do not count:
    /// master(8) makes one each time it wakes the service up.
    /// </summary>
    internal long Activity => service.Requests.Sum + Faults.Sum(static kind => kind.Value) + ring.Rotations;

    /// <summary>Requests by verb.</summary>
    internal IEnumerable<KeyValuePair<string, long>> Requests => service.Requests.List();

    /// <summary>Faults of requests by kind, and those that end a connection.</summary>
    internal IEnumerable<KeyValuePair<string, long>> Faults =>
    [
        .. service.Faults.List(), new("timeout", connections.Timeouts), new("oversized", connections.Oversized),
        new("unforeseen", connections.Unforeseen),
    ];

    /// <summary>Clients.</summary>
    internal IEnumerable<KeyValuePair<string, long>> Connections =>
        [new("now", connections.Now), new("most", connections.Most), new("total", connections.Total)];

    /// <summary>Seeds that were given.</summary>
    internal long Seeds => service.Seeds;

    /// <summary>Ticket keys: how often one was given, and how often a new one became the current one.</summary>
    internal IEnumerable<KeyValuePair<string, long>> TicketKeys =>
        [new("issued", service.TicketKeys), new("rotated", ring.Rotations)];

    /// <summary>The time of the slowest request, with the turn that served it.</summary>
    internal TimeSpan SlowestRequest => connections.Slowest;

    /// <summary>What happened in a cache, and what is in it.</summary>
    internal static IEnumerable<KeyValuePair<string, long>> Of(SessionCache cache) =>
        [.. cache.Counters.List(), new("entries", cache.Entries), new("size", cache.SizeBytes)];
}
