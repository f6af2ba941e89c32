using System;
using System.Linq;

namespace TlsMgr.Control.Output;

/// <summary>The figures that are known, as metrics.</summary>
internal static class MetricTable
{
    internal const string Counter = "counter";
    internal const string Gauge = "gauge";
    internal const double MicrosecondsInSecond = 1e6;

    /// <summary>Metrics of the service: of one figure, or of a group with a label for its members.</summary>
    internal static readonly Metric[] OfService =
    [
        new("uptime.seconds", "tlsmgr_uptime_seconds", Gauge, "Seconds since the daemon started."),
        new("requests", "tlsmgr_requests_total", Counter, "Requests.", "verb"),
        new("faults", "tlsmgr_faults_total", Counter, "Faults of requests and clients.", "kind"),
        new("connections.now", "tlsmgr_connections", Gauge, "Open connections."),
        new("connections.most", "tlsmgr_connections_most", Gauge, "The most connections at the same time."),
        new("connections.total", "tlsmgr_connections_total", Counter, "Accepted connections."),
        new("seeds", "tlsmgr_seeds_total", Counter, "Seeds that were issued."),
        new("keys.issued", "tlsmgr_ticket_keys_issued_total", Counter, "Ticket keys that were issued."),
        new("keys.refused", "tlsmgr_ticket_keys_refused_total", Counter, "Requests for a ticket key that got none."),
        new("keys.rotated", "tlsmgr_ticket_keys_rotated_total", Counter, "Ticket keys that became the current one."),
        new("pool.on", "tlsmgr_pool_on", Gauge, "Whether the ticket keys are those of the pool."),
        new("pool.generation", "tlsmgr_pool_generation", Gauge, "The generation of the secret of the pool."),
        new("pool.previous", "tlsmgr_pool_keys_previous_total", Counter,
            "Requests for the key of the previous period of the pool."),
        new("pool.current", "tlsmgr_pool_keys_current_total", Counter,
            "Requests for the key of the current period of the pool."),
        new("pool.next", "tlsmgr_pool_keys_next_total", Counter,
            "Requests for the key of the next period of the pool: another host is ahead."),
        new("pool.grace", "tlsmgr_pool_keys_grace_total", Counter,
            "Requests for the key before the previous one, at the beginning of a period."),
        new("pool.unknown", "tlsmgr_pool_keys_unknown_total", Counter,
            "Requests for a key that is not of the pool, or too old."),
        new("pool.ahead_seconds", "tlsmgr_pool_ahead_seconds", Gauge,
            "The most by which the clock of some host must be ahead of this one."),
        new("pool.seconds_left", "tlsmgr_pool_period_left_seconds", Gauge,
            "Seconds until the period of the pool ends."),
        new("sharing.connected", "tlsmgr_sharing_connected", Gauge, "Whether tlspool is connected."),
        new("sharing.reachable", "tlsmgr_sharing_reachable", Gauge, "Whether tlspool reaches the server."),
        new("sharing.breaker", "tlsmgr_sharing_breaker", Gauge, "Whether lookups are suspended after failures."),
        new("sharing.asked", "tlsmgr_sharing_asked_total", Counter, "Sessions that the server was asked for."),
        new("sharing.hits", "tlsmgr_sharing_hits_total", Counter, "Sessions of other hosts that were found in time."),
        new("sharing.misses", "tlsmgr_sharing_misses_total", Counter, "Sessions that the server did not have."),
        new("sharing.late", "tlsmgr_sharing_late_total", Counter, "Answers after the lookup had its reply."),
        new("sharing.overdue", "tlsmgr_sharing_overdue_total", Counter, "Lookups without an answer in time."),
        new("sharing.held", "tlsmgr_sharing_held_total", Counter, "Lookups whose reply was held for the server."),
        new("sharing.filtered", "tlsmgr_sharing_filtered_total", Counter,
            "Lookups of smtpd(8) that were not held: no host has stored the session."),
        new("sharing.sealed", "tlsmgr_sharing_sealed_total", Counter, "Sessions that were sealed."),
        new("sharing.stored", "tlsmgr_sharing_stored_total", Counter, "Sessions that the server stored."),
        new("sharing.dropped", "tlsmgr_sharing_dropped_total", Counter, "Sessions that were not sent to the server."),
        new("sharing.refused", "tlsmgr_sharing_refused_total", Counter,
            "Entries of the server that are damaged, forged, or of another policy."),
        new("sharing.failed", "tlsmgr_sharing_failed_total", Counter, "Requests that the server did not do."),
        new("sharing.overtaken", "tlsmgr_sharing_overtaken_total", Counter,
            "Answers that were dropped: the session was changed or removed here meanwhile."),
        new("sharing.unexpected", "tlsmgr_sharing_unexpected_total", Counter,
            "Messages of tlspool that are malformed, or that nobody waits for."),
        new("sharing.queued", "tlsmgr_sharing_queued", Gauge, "Sessions that wait to be sent."),
        new("sharing.waiting", "tlsmgr_sharing_waiting", Gauge, "Lookups whose reply is held now."),
        new("slowest.microseconds", "tlsmgr_slowest_request_seconds", Gauge, "Time of the slowest request.",
            Divisor: MicrosecondsInSecond),
    ];

    /// <summary>Metrics of a cache, each with a label for the cache.</summary>
    internal static readonly Metric[] OfCache =
    [
        new("lookups", "tlsmgr_cache_lookups_total", Counter, "Sessions that were looked up."),
        new("hits", "tlsmgr_cache_hits_total", Counter, "Lookups that found a session."),
        new("stores", "tlsmgr_cache_stores_total", Counter, "Sessions that were stored."),
        new("deletes", "tlsmgr_cache_deletes_total", Counter, "Sessions that were deleted."),
        new("expired", "tlsmgr_cache_expired_total", Counter, "Sessions that expired."),
        new("evicted", "tlsmgr_cache_evicted_total", Counter, "Sessions that were evicted to free space."),
        new("unneeded", "tlsmgr_cache_unneeded_total", Counter, "Sessions that were not kept: nobody looks them up."),
        new("entries", "tlsmgr_cache_entries", Gauge, "Sessions in the cache."),
        new("size", "tlsmgr_cache_size_bytes", Gauge, "Length of the file of the cache."),
        new("used", "tlsmgr_cache_used_bytes", Gauge, "Bytes of the file that hold something."),
        new("free", "tlsmgr_cache_free_bytes", Gauge, "Bytes of the file that can be used again."),
        new("limit", "tlsmgr_cache_limit_bytes", Gauge, "The limit of the file, or 0 without one."),
    ];

    /// <summary>Whether a figure, by its name of the protocol, only grows while the daemon runs.</summary>
    internal static bool IsCounter(string figure)
    {
        string[] parts = figure.Split('.');
        return parts is ["cache", _, var name]
            ? Array.Exists(OfCache, metric => metric.Figure == name && metric.Type == Counter)
            : OfService.Where(static metric => metric.Type == Counter)
                .Any(metric => metric.Figure == figure || (metric.Label.Length > 0 && metric.Figure == parts[0]))
                || parts[0] == RequestTimes.Group;
    }
}
