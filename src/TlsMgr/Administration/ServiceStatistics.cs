using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Postfix.Server;
using TlsMgr.Sessions;
using TlsMgr.Sharing;
using TlsMgr.Statistics;
using TlsMgr.Tickets;

namespace TlsMgr.Administration;

/// <summary>A read-only view of all counters since the daemon's start, for the log and for tlsmgrctl.</summary>
internal sealed class ServiceStatistics(
    SessionCaches caches, ServiceCounters service, ConnectionCounters connections, TicketKeys keys,
    SessionSharing? sharing, TimeProvider clock, long startedAt)
{
    /// <summary>The time since the daemon's start.</summary>
    internal TimeSpan UpTime => clock.GetElapsedTime(startedAt);

    /// <summary>The caches that could be opened at the start, including those that have failed since.</summary>
    internal IEnumerable<SessionCache> Caches => caches.Opened;

    /// <summary>The configured caches that have no figures, because they were never opened.</summary>
    internal IEnumerable<SessionCache> Unopened => caches.Unopened;

    /// <summary>
    /// A sum of counters that changes whenever there is something to report. Connections are not part of it: master(8)
    /// makes one each time it wakes the service up.
    /// </summary>
    internal long Activity => service.Requests.Sum + Faults.Sum(static kind => kind.Value) + keys.Ring.Rotations;

    /// <summary>Requests by verb.</summary>
    internal IEnumerable<KeyValuePair<string, long>> Requests => service.Requests.List();

    /// <summary>Faults of requests by kind, and faults that close a connection.</summary>
    internal IEnumerable<KeyValuePair<string, long>> Faults =>
    [
        .. service.Faults.List(), new("timeout", connections.Timeouts), new("oversized", connections.Oversized),
        new("unforeseen", connections.Unforeseen),
    ];

    /// <summary>Client connections: open now, the maximum open at a time, and the total.</summary>
    internal IEnumerable<KeyValuePair<string, long>> Connections =>
        [new("now", connections.Now), new("most", connections.Maximum), new("total", connections.Total)];

    /// <summary>Number of seeds returned.</summary>
    internal long Seeds => service.Seeds;

    /// <summary>
    /// Ticket keys: the number returned, the number of requests that got none, as for a ticket of an earlier process,
    /// and the number of keys that became the current one.
    /// </summary>
    internal IEnumerable<KeyValuePair<string, long>> TicketKeys =>
    [
        new("issued", service.TicketKeys),
        new("refused", service.Requests[RequestVerb.TktKey] - service.TicketKeys),
        new("rotated", keys.Ring.Rotations),
    ];

    /// <summary>
    /// The pool: whether its keys are used, its generation, and keys asked for by name; nothing without one.
    /// </summary>
    internal IEnumerable<KeyValuePair<string, long>> Pool => keys.Pool is { } pool ? Of(pool) : [];

    /// <summary>The sharing of sessions: events, and the present; nothing without it.</summary>
    internal IEnumerable<KeyValuePair<string, long>> Sharing =>
        sharing is null ? [] : sharing.Counters.List().Concat(sharing.Figures);

    /// <summary>The times of requests as a cumulative histogram, with their number and sum.</summary>
    internal IEnumerable<KeyValuePair<string, long>> RequestTimes
    {
        get
        {
            (long count, long sumMicroseconds) = connections.Times.Total;
            return [.. connections.Times.List(), new("count", count), new("sum_microseconds", sumMicroseconds)];
        }
    }

    /// <summary>The time of the slowest request, including the turn that served it.</summary>
    internal TimeSpan SlowestRequest => connections.Slowest;

    /// <summary>
    /// The events of a cache, the number of its sessions, and its size in bytes; and, as long as its file is being
    /// examined, that it is.
    /// </summary>
    internal static IEnumerable<KeyValuePair<string, long>> Of(SessionCache cache)
    {
        CacheFigures figures = cache.Figures;
        List<KeyValuePair<string, long>> all =
        [
            .. cache.Counters.List(), new("entries", figures.Entries), new("size", figures.FileBytes),
            new("used", figures.UsedBytes), new("free", figures.FileBytes - figures.UsedBytes),
            new("limit", figures.LimitBytes),
        ];
        if (cache.IsBeingExamined)
        {
            all.Add(new("examining", 1));
        }

        return all;
    }

    private static List<KeyValuePair<string, long>> Of(PoolTicketKeys pool)
    {
        PoolKeyUses uses = pool.Uses;
        List<KeyValuePair<string, long>> all =
        [
            new("on", pool.Fault.Length == 0 ? 1 : 0), new("previous", uses.Previous), new("current", uses.Current),
            new("next", uses.Next), new("grace", uses.Grace), new("unknown", uses.Unknown),
            new("ahead_seconds", uses.AheadSeconds),
        ];
        if (pool.Ratchet is { HasLeft: false } ratchet)
        {
            long now = pool.Now;
            long period = ratchet.Periods.Of(now);
            all.Add(new("generation", ratchet.State.EncryptingIn(period).Generation));
            all.Add(new("seconds_left", ratchet.Periods.FirstSecond(period + 1) - now));
        }

        return all;
    }
}
