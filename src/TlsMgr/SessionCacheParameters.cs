using TlsMgr.Sessions;

namespace TlsMgr;

/// <summary>The parameters of one session cache.</summary>
/// <param name="CacheType">The name in requests: smtpd, smtp or lmtp.</param>
/// <param name="Database">The table, <c>type:path</c> or a path alone; empty for no cache.</param>
/// <param name="TimeoutSeconds">The timeout as configured, 0 to 8640000; 0 disables the cache.</param>
/// <param name="LogLevel">The text of <c>…_tls_loglevel</c>, unchecked.</param>
public sealed record SessionCacheParameters(string CacheType, string Database, int TimeoutSeconds, string LogLevel)
{
    /// <summary>The effective timeout: 0, or at least 120 s.</summary>
    public int EffectiveTimeoutSeconds => CacheLimits.EffectiveTimeoutSeconds(TimeoutSeconds);

    /// <summary>
    /// The maximum size of the cache's file in bytes; 0: no limit. Not a parameter of Postfix.
    /// </summary>
    public long SizeLimitBytes { get; init; }

    /// <summary>The maximum number of sessions in the cache; 0: no limit. Not a parameter of Postfix.</summary>
    public long EntryLimit { get; init; }

    /// <summary>Whether the cache is enabled: a database is configured and the timeout is not 0.</summary>
    public bool IsWanted => Database.Length > 0 && TimeoutSeconds > 0;
}
