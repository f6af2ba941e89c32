using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Control.Client;

namespace TlsMgr.Control.Output;

/// <summary>What stats shows: the daemon's figures, and what it reports of itself.</summary>
/// <param name="Figures">The figures.</param>
/// <param name="Info">The report; empty from an older daemon.</param>
internal sealed record DaemonReport(FigureTree Figures, InfoReply Info)
{
    /// <summary>The caches: first those that are configured, whether they are in use or not.</summary>
    internal IEnumerable<string> Caches => Info.Caches.Select(static cache => cache.Name).Union(Figures.Caches);

    /// <summary>The time since the daemon started; null when it does not report it.</summary>
    internal TimeSpan? Uptime =>
        Figures["uptime.seconds"] is { } seconds && seconds <= TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>Whether another report is of the same process: its counters can be compared.</summary>
    internal bool IsOfSameDaemon(DaemonReport later) =>
        Info.ProcessId == later.Info.ProcessId && Info.StartedSeconds == later.Info.StartedSeconds
        && (Uptime ?? TimeSpan.Zero) <= (later.Uptime ?? TimeSpan.Zero);
}
