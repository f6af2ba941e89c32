// The statistics lines of the log, as anvil(8) and scache(8) have them: now and then, and at the end. Of what nobody
// used since the last time nothing is said.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Sessions;

namespace TlsMgr.Administration;

/// <summary>Tells the statistics to the log.</summary>
/// <param name="statistics">What to tell.</param>
/// <param name="interval">tlsmgr_status_update_time; zero for no lines at all.</param>
/// <param name="timers">Timers of the event loop.</param>
/// <param name="log">The log.</param>
internal sealed class StatisticsLog(ServiceStatistics statistics, TimeSpan interval, TimerQueue timers, Log log)
{
    private readonly Dictionary<string, long> _told = [];

    /// <summary>Sets the timer.</summary>
    internal void Start()
    {
        if (interval > TimeSpan.Zero)
        {
            timers.Schedule(interval, () =>
            {
                Tell();
                Start();
            });
        }
    }

    /// <summary>The last lines.</summary>
    internal void End()
    {
        if (interval > TimeSpan.Zero)
        {
            Tell();
        }
    }

    private void Tell()
    {
        foreach (SessionCache cache in statistics.Caches.Where(cache => HasChanged(cache.Name, cache.Counters.Sum)))
        {
            string state = cache.IsAvailable ? "" : " (off)";
            log.Info($"statistics: {cache.Name} session cache{state}: {Words(ServiceStatistics.Of(cache))}");
        }

        if (HasChanged("service", statistics.Activity))
        {
            log.Info(string.Create(CultureInfo.InvariantCulture,
                $"statistics: service: requests {Words(statistics.Requests)}; faults {Words(statistics.Faults)}; "
                + $"connections {Words(statistics.Connections)}; seeds {statistics.Seeds}; "
                + $"ticket keys {Words(statistics.TicketKeys)}; "
                + $"slowest request {statistics.SlowestRequest.TotalMilliseconds:0.000}ms"));
        }
    }

    private bool HasChanged(string subject, long count)
    {
        bool hasChanged = _told.GetValueOrDefault(subject) != count;
        _told[subject] = count;
        return hasChanged;
    }

    private static string Words(IEnumerable<KeyValuePair<string, long>> figures) => string.Join(' ', figures.Select(
        static figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {figure.Value}")));
}
