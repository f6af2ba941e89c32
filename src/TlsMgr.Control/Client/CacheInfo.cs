namespace TlsMgr.Control.Client;

/// <summary>What the daemon reports of one configured cache.</summary>
/// <param name="Name">smtpd, smtp or lmtp.</param>
/// <param name="State">on, examining, degraded, memory or off; a newer daemon may have more words.</param>
/// <param name="Reason">Why it is not on, in the words of the log; empty when there is nothing to say.</param>
/// <param name="Database">The path of its file; empty when the daemon does not name it.</param>
/// <param name="TimeoutSeconds">How long a session is kept; null when the daemon does not say.</param>
internal sealed record CacheInfo(string Name, string State, string Reason, string Database, long? TimeoutSeconds)
{
    /// <summary>The states of this release, in the order of their gravity.</summary>
    internal static readonly string[] States = ["on", "examining", "memory", "degraded", "off"];

    /// <summary>Whether the cache finds and keeps sessions, if only until the daemon exits.</summary>
    internal bool IsUp => State is "on" or "memory";
}
