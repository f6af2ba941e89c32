// The statistics lines of the log, like those of anvil(8) and scache(8): periodically, and at the end. A subject
// without activity since its last line is skipped.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Sessions;

namespace TlsMgr.Administration;

/// <summary>Logs the statistics.</summary>
/// <param name="statistics">The statistics to log.</param>
/// <param name="interval">tlsmgr_status_update_time; zero disables the statistics lines.</param>
/// <param name="timers">Timers of the event loop.</param>
/// <param name="log">The log.</param>
internal sealed class StatisticsLog(ServiceStatistics statistics, TimeSpan interval, TimerQueue timers, Log log)
{
    private readonly Dictionary<string, long> _lastActivity = [];

    /// <summary>Schedules the next lines.</summary>
    internal void Start()
    {
        if (interval > TimeSpan.Zero)
        {
            timers.Schedule(interval, () =>
            {
                LogChanges();
                Start();
            });
        }
    }

    /// <summary>Logs the last lines.</summary>
    internal void End()
    {
        if (interval > TimeSpan.Zero)
        {
            LogChanges();
        }
    }

    private void LogChanges()
    {
        foreach (SessionCache cache in statistics.Caches.Where(cache => HasChanged(cache.Name, cache.Counters.Sum)))
        {
            string state = cache.IsBeingExamined ? " (being examined)"
                : cache.Condition.Health == CacheHealth.Healthy ? ""
                : $" ({CacheStateText.WordFor(cache)}: {cache.Condition.Reason})";
            log.Info($"statistics: {cache.Name} session cache{state}: {Format(ServiceStatistics.Of(cache))}");
        }

        if (HasChanged("service", statistics.Activity))
        {
            foreach (SessionCache cache in statistics.Unopened)
            {
                log.Info($"statistics: {cache.Name} session cache "
                    + $"({CacheStateText.WordFor(cache)}: {cache.Condition.Reason}): no figures");
            }

            log.Info(string.Create(CultureInfo.InvariantCulture,
                $"statistics: service: requests {Format(statistics.Requests)}; faults {Format(statistics.Faults)}; "
                + $"connections {Format(statistics.Connections)}; seeds {statistics.Seeds}; "
                + $"ticket keys {Format(statistics.TicketKeys)}; "
                + $"slowest request {statistics.SlowestRequest.TotalMilliseconds:0.000}ms"));
        }
    }

    private bool HasChanged(string subject, long activity)
    {
        bool hasChanged = _lastActivity.GetValueOrDefault(subject) != activity;
        _lastActivity[subject] = activity;
        return hasChanged;
    }

    private static string Format(IEnumerable<KeyValuePair<string, long>> counters) => string.Join(' ', counters.Select(
        static counter => string.Create(CultureInfo.InvariantCulture, $"{counter.Key} {counter.Value}")));
}
