namespace TlsMgr.Pool.Servers;

/// <summary>Limits of the connections to servers. A test compares them with docs/limits.md.</summary>
public static class StoreLimits
{
    /// <summary>
    /// Milliseconds of the library's own time-outs. None of them is a bound: it notices them up to a second late.
    /// </summary>
    public const int LibraryMilliseconds = 500;

    /// <summary>Milliseconds between two checks of what the library has pending.</summary>
    public const int HeartbeatMilliseconds = 200;

    /// <summary>Milliseconds in which the first connection may be made before its lack is reported.</summary>
    public const int FirstConnectionMilliseconds = 2000;

    /// <summary>Milliseconds between two probes of the server.</summary>
    public const int ProbeMilliseconds = 1000;

    /// <summary>
    /// Milliseconds between two probes when a request has just failed: a new primary is found soon, and a server that
    /// fails each request is not flooded.
    /// </summary>
    public const int UrgentProbeMilliseconds = 100;

    /// <summary>Milliseconds that a server has for the reply to a probe.</summary>
    public const int ReplyMilliseconds = 1000;

    /// <summary>Milliseconds that the value of a probe lives in the server.</summary>
    public const int ProbeLifeMilliseconds = 10_000;

    /// <summary>
    /// Milliseconds without a working probe after which a connection is made anew. Each later attempt waits twice as
    /// long: the library reconnects by itself, but not from every state.
    /// </summary>
    public const int RenewMilliseconds = 3000;

    /// <summary>Maximum milliseconds between two such attempts.</summary>
    public const int MaxRenewMilliseconds = 60_000;

    /// <summary>Seconds between two reads of the server's INFO, for the state.</summary>
    public const int InfoSeconds = 10;

    /// <summary>Probe keys in a cluster, which reach its nodes by turns.</summary>
    public const int ClusterProbeKeys = 16;

    /// <summary>Probe keys of one probe in a cluster.</summary>
    public const int ClusterProbesAtOnce = 4;

    /// <summary>
    /// Milliseconds in which a cluster of which no node replies is probed again before it is said to be lost: the loss
    /// of one node fails requests to all nodes for about a second.
    /// </summary>
    public const int ClusterSettleMilliseconds = 3000;

    /// <summary>
    /// Threads on which the library connects, watches and works; by itself, .NET starts as many as it likes.
    /// </summary>
    public const int PoolThreads = 8;

    /// <summary>
    /// Threads that wait for servers with TLS, others are served by the event loop; by itself, .NET has one for each
    /// processor.
    /// </summary>
    public const int SocketThreads = 2;

    /// <summary>Characters of a server's error text in the log.</summary>
    public const int ErrorCharacters = 200;

    /// <summary>
    /// Bytes of the collector's heap: the library keeps what a server sends until a reply is complete, whatever its
    /// length. Beyond it, the library's allocations fail. The project file has the same number.
    /// </summary>
    public const int HeapBytes = 64 * 1024 * 1024;

    /// <summary>
    /// Bytes in use, after a collection, above which the process ends: requests and their replies take half of it.
    /// </summary>
    public const int UsedHeapBytes = 24 * 1024 * 1024;
}
