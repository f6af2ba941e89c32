using System;
using System.Collections.Generic;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Live;

/// <summary>What top shows of one time.</summary>
/// <param name="Report">The figures, and what the daemon reports of itself.</param>
/// <param name="Keys">The ticket keys, the current one first; empty without session tickets.</param>
/// <param name="Rates">How fast the counters grew since the sample before; null for the first sample.</param>
/// <param name="Interval">The time since the sample before.</param>
internal sealed record LiveSample(
    DaemonReport Report, IReadOnlyList<ListedKey> Keys, FigureRates? Rates, TimeSpan Interval)
{
    /// <summary>Asks the daemon.</summary>
    /// <param name="connection">The daemon.</param>
    /// <param name="before">The sample before; null for the first one.</param>
    /// <param name="interval">The time since then.</param>
    /// <exception cref="NoReplyException">The daemon refuses, or a reply is malformed.</exception>
    internal static LiveSample Take(ServiceConnection connection, LiveSample? before, TimeSpan interval)
    {
        DaemonReport report = new(
            new FigureTree(ControlRequests.Stats(connection)), ControlRequests.Info(connection));
        return new LiveSample(
            report, ControlRequests.Keys(connection) ?? [], FigureRates.Between(before?.Report, report, interval),
            interval);
    }
}
