using TlsMgr.Trust;

namespace TlsMgr.Sessions;

/// <summary>The configuration of one cache.</summary>
/// <param name="Name">The cache type: <c>smtpd</c>, <c>smtp</c> or <c>lmtp</c>.</param>
/// <param name="Database">The database, <c>type:path</c>, after expansion; empty for none.</param>
/// <param name="TimeoutSeconds">Seconds until a session expires; 0 disables the cache, 1 to 119 become 120.</param>
/// <param name="LogLevel">The text of the cache's TLS log level.</param>
public sealed record SessionCacheSettings(string Name, string Database, int TimeoutSeconds, string LogLevel)
{
    /// <summary>The maximum size of the cache's file in bytes, at least 4 MiB; 0 for no limit.</summary>
    public long SizeLimitBytes { get; init; }

    /// <summary>The maximum number of sessions; 0 for no limit.</summary>
    public long EntryLimit { get; init; }

    /// <summary>Why the cache is not opened though it is configured; empty when it is opened.</summary>
    public string OffReason { get; init; } = "";

    /// <summary>What becomes of sessions of TLS 1.3.</summary>
    public Tls13Keeping Tls13 { get; init; }

    /// <summary>What its sessions are worth: those stored under another digest are not resumed.</summary>
    public TrustDigest Trust { get; init; } = TrustDigest.Empty;
}
