using System.Collections.Generic;
using System.Linq;
using TlsMgr.Control.Client;

namespace TlsMgr.Control.Output;

/// <summary>What the daemon reports of itself, as metrics. An older daemon has none.</summary>
internal static class InfoMetrics
{
    private const string Cache = "cache";
    private const string State = "state";
    private const string Examining = "examining";

    /// <summary>The metrics, and the samples of each.</summary>
    internal static IEnumerable<(Metric Metric, IEnumerable<MetricSample> Samples)> Of(InfoReply info)
    {
        if (info.IsOlder)
        {
            yield break;
        }

        yield return (Gauge("tlsmgr_build_info", "Versions of the daemon, of LMDB and of Postfix's protocol."),
            [new MetricSample(1, Labels(
                ("version", info.Version), ("lmdb", info.Lmdb), ("mail_version", info.MailVersion)))]);
        yield return (Gauge("tlsmgr_start_time_seconds", "When the daemon started, in seconds since 1970."),
            info.StartedSeconds is { } started ? [new MetricSample(started)] : []);
        yield return (Gauge("tlsmgr_process_id", "The process id of the daemon."),
            info.ProcessId is { } process ? [new MetricSample(process)] : []);
        yield return (Gauge("tlsmgr_sandbox", "Whether the filter of system calls is in force."),
            Measure(info.Sandbox));
        yield return (Gauge("tlsmgr_memory_locked", "Whether the memory of the daemon is never swapped out."),
            Measure(info.MemoryLock));
        yield return (Gauge("tlsmgr_ticket_keys_kept", "Whether the ticket keys outlive the process."),
            Measure(info.KeptTicketKeys));
        yield return (Gauge("tlsmgr_cache_up", "Whether the cache finds and keeps sessions."),
            info.Caches.Select(static cache => Of(cache, cache.IsUp)));
        yield return (Gauge("tlsmgr_cache_state", "1 for the state in which the cache is, and 0 for the others."),
            info.Caches.SelectMany(static cache => CacheInfo.States.Union([cache.State]).Select(
                state => Of(cache, cache.State == state, (State, state)))));
        yield return (Gauge("tlsmgr_reason_info", "Why a cache or a measure is not on."), Reasons(info));
        yield return (Gauge("tlsmgr_cache_examining", "Whether the file of the cache is being examined."),
            info.Caches.Select(static cache => Of(cache, cache.State == Examining)));
        yield return (Gauge("tlsmgr_cache_timeout_seconds", "How long a session is kept."),
            info.Caches.Where(static cache => cache.TimeoutSeconds is not null)
                .Select(static cache => new MetricSample(cache.TimeoutSeconds ?? 0, Labels((Cache, cache.Name)))));
    }

    /// <summary>A sample for each cache and measure that has a reason.</summary>
    private static IEnumerable<MetricSample> Reasons(InfoReply info)
    {
        (string Subject, string Reason)[] all =
        [
            .. info.Caches.Select(static cache => (cache.Name, cache.Reason)),
            ("sandbox", info.Sandbox?.Reason ?? ""), ("memory_lock", info.MemoryLock?.Reason ?? ""),
            ("ticket_keys_kept", info.KeptTicketKeys?.Reason ?? ""),
        ];
        return all.Where(static each => each.Reason.Length > 0)
            .Select(static each => new MetricSample(1, Labels(("subject", each.Subject), ("reason", each.Reason))));
    }

    private static Metric Gauge(string name, string help) => new("", name, MetricTable.Gauge, help);

    private static IEnumerable<MetricSample> Measure(MeasureState? measure) =>
        measure is null ? [] : [new MetricSample(measure.IsOn ? 1 : 0)];

    private static MetricSample Of(CacheInfo cache, bool isTrue, params (string Name, string Value)[] labels) =>
        new(isTrue ? 1 : 0, Labels([(Cache, cache.Name), .. labels]));

    private static string Labels(params (string Name, string Value)[] labels) =>
        string.Join(',', labels.Select(static label => MetricLabels.Pair(label.Name, label.Value)));
}
