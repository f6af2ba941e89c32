using System;

namespace TlsMgr.Postfix.Server;

/// <summary>
/// Counters of the connections of one service since the daemon's start. For the thread of the event loop only.
/// </summary>
public sealed class ConnectionCounters
{
    /// <summary>Open connections.</summary>
    public int Now { get; private set; }

    /// <summary>The maximum number of connections open at one time.</summary>
    public int Maximum { get; private set; }

    /// <summary>Accepted connections.</summary>
    public long Total { get; private set; }

    /// <summary>Clients disconnected for not finishing a request, or not reading a reply, in time.</summary>
    public long Timeouts { get; internal set; }

    /// <summary>
    /// Clients disconnected for a request that was too large, or because memory was too scarce for their request or
    /// reply.
    /// </summary>
    public long Oversized { get; internal set; }

    /// <summary>Clients disconnected after an unexpected exception.</summary>
    public long Unforeseen { get; internal set; }

    /// <summary>
    /// The time of the slowest request: the longest from the start of the turn that served it until its reply was sent.
    /// </summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>The times of all requests.</summary>
    public RequestTimes Times { get; } = new();

    internal void Opened()
    {
        Total++;
        Now++;
        Maximum = int.Max(Maximum, Now);
    }

    internal void Closed() => Now--;

    /// <summary>Called at the end of a turn.</summary>
    /// <param name="elapsed">The time since the beginning of the turn.</param>
    /// <param name="requests">The number of requests that were received and answered in it.</param>
    internal void Served(TimeSpan elapsed, long requests)
    {
        Times.Add(elapsed, requests);
        if (elapsed > Slowest)
        {
            Slowest = elapsed;
        }
    }
}
