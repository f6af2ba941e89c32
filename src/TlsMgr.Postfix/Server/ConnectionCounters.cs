// What is counted of the connections of a service since the daemon's start. For the thread of the event loop alone.

using System;

namespace TlsMgr.Postfix.Server;

/// <summary>The counters of a table of connections.</summary>
public sealed class ConnectionCounters
{
    /// <summary>Connections that are open.</summary>
    public int Now { get; private set; }

    /// <summary>The most that were open at the same time.</summary>
    public int Most { get; private set; }

    /// <summary>Connections that were ever accepted.</summary>
    public long Total { get; private set; }

    /// <summary>Clients dropped because they did not finish a request, or did not read its reply, in time.</summary>
    public long Timeouts { get; internal set; }

    /// <summary>
    /// Clients dropped because of a request that was too large, or because memory was too scarce for what they sent, or
    /// asked for.
    /// </summary>
    public long Oversized { get; internal set; }

    /// <summary>Clients dropped after a fault that nobody foresaw.</summary>
    public long Unforeseen { get; internal set; }

    /// <summary>
    /// The slowest request: the longest time from the beginning of the turn that served one until its reply was sent.
    /// </summary>
    public TimeSpan Slowest { get; private set; }

    internal void Opened()
    {
        Total++;
        Now++;
        Most = int.Max(Most, Now);
    }

    internal void Closed() => Now--;

    internal void Served(TimeSpan elapsed)
    {
        if (elapsed > Slowest)
        {
            Slowest = elapsed;
        }
    }
}
