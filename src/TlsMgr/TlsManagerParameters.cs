// The parameters of tlsmgr(8) itself: the table and the checked values. They are read after those that daemons share.
// Must never open, create or contact anything that a value names.

using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Sessions;

namespace TlsMgr;

/// <summary>The checked values of the parameters in the manual page tlsmgr(8).</summary>
public sealed class TlsManagerParameters
{
    // 100 days, in seconds; clients refuse to keep a session longer.
    private const int LongestTimeoutSeconds = 8640000;

    // 256 MiB, in bytes: a real cache never gets there, an attack does.
    private const string DefaultSizeLimit = "268435456";

    private static readonly ParameterDefinition ReseedPeriod = new("tls_random_reseed_period", "3600s", 1);
    private static readonly ParameterDefinition UpdatePeriod = new("tls_random_prng_update_period", "3600s", 1);
    private static readonly ParameterDefinition Bytes = new("tls_random_bytes", "32", 1);
    private static readonly ParameterDefinition StatusUpdateTime = new("tlsmgr_status_update_time", "600s");
    private static readonly ParameterDefinition ControlSocket = new("tlsmgr_control_socket", "tlsmgr_control");
    private static readonly ParameterDefinition Sandbox = new("tlsmgr_sandbox", "yes");
    private static readonly ParameterDefinition CachePersist = new("tlsmgr_session_cache_persist", "yes");
    private static readonly ParameterDefinition Source = new("tls_random_source", "dev:/dev/urandom");
    private static readonly ParameterDefinition ExchangeName =
        new("tls_random_exchange_name", "${data_directory}/prng_exch");

    private TlsManagerParameters(ParameterStore store)
    {
        // The original's order: times, integers, texts. What it does not know comes last.
        RandomReseedPeriodSeconds = store.TimeSeconds(ReseedPeriod);
        RandomUpdatePeriodSeconds = store.TimeSeconds(UpdatePeriod);
        int smtpdSeconds = store.TimeSeconds(Timeout("smtpd"));
        int smtpSeconds = store.TimeSeconds(Timeout("smtp"));
        int lmtpSeconds = store.TimeSeconds(Timeout("lmtp"));
        RandomBytes = store.Integer(Bytes);
        RandomSource = store.Text(Source);
        RandomExchangeName = store.Text(ExchangeName);
        string smtpdDatabase = store.Text(Database("smtpd"));
        string smtpDatabase = store.Text(Database("smtp"));
        string lmtpDatabase = store.Text(Database("lmtp"));
        Smtpd = new("smtpd", smtpdDatabase, smtpdSeconds, store.Text(LogLevel("smtpd")));
        Smtp = new("smtp", smtpDatabase, smtpSeconds, store.Text(LogLevel("smtp")));
        Lmtp = new("lmtp", lmtpDatabase, lmtpSeconds, store.Text(LogLevel("lmtp")));
        StatusUpdateSeconds = store.TimeSeconds(StatusUpdateTime);
        ControlSocketName = store.Text(ControlSocket);
        EntersSandbox = store.Boolean(Sandbox);
        KeepsSessions = store.Boolean(CachePersist);
        Smtpd = WithLimits(store, Smtpd);
        Smtp = WithLimits(store, Smtp);
        Lmtp = WithLimits(store, Lmtp);
    }

    /// <summary>The cache of smtpd(8); its timeout also rules the life of ticket keys.</summary>
    public SessionCacheParameters Smtpd { get; }

    /// <summary>The cache of smtp(8).</summary>
    public SessionCacheParameters Smtp { get; }

    /// <summary>The cache of lmtp(8).</summary>
    public SessionCacheParameters Lmtp { get; }

    /// <summary>The external source of randomness: <c>dev:PATH</c>, <c>egd:PATH</c>, a file; empty for none.</summary>
    public string RandomSource { get; }

    /// <summary>How many bytes to take from that source at a time, 1 and more.</summary>
    public int RandomBytes { get; }

    /// <summary>The file that keeps the state of the generator between runs; empty for none.</summary>
    public string RandomExchangeName { get; }

    /// <summary>The longest time between two reads of the source, 1 s and more.</summary>
    public int RandomReseedPeriodSeconds { get; }

    /// <summary>The longest time between two updates of the exchange file, 1 s and more.</summary>
    public int RandomUpdatePeriodSeconds { get; }

    /// <summary>
    /// The time between two accounts of statistics in the log, in seconds; 0 for none, at the end neither. No parameter
    /// of Postfix's.
    /// </summary>
    public int StatusUpdateSeconds { get; }

    /// <summary>
    /// The administrator's socket, by its name in data_directory; empty for none. No parameter of Postfix's.
    /// </summary>
    public string ControlSocketName { get; }

    /// <summary>
    /// Whether the kernel is told to refuse what the daemon does not need to serve. No parameter of Postfix's.
    /// </summary>
    public bool EntersSandbox { get; }

    /// <summary>
    /// Whether sessions outlive the process that stored them. No parameter of Postfix's.
    /// </summary>
    public bool KeepsSessions { get; }

    /// <summary>Reads and checks the parameters.</summary>
    /// <param name="store">The parameters, those of <see cref="PostfixParameters"/> already loaded.</param>
    /// <exception cref="FatalException">The first value that is not good, in Postfix's words.</exception>
    public static TlsManagerParameters Load(ParameterStore store) => new(store);

    private static ParameterDefinition Timeout(string cacheType) =>
        new($"{cacheType}_tls_session_cache_timeout", "3600s", 0, LongestTimeoutSeconds);

    private static ParameterDefinition Database(string cacheType) =>
        new($"{cacheType}_tls_session_cache_database", "");

    private static SessionCacheParameters WithLimits(ParameterStore store, SessionCacheParameters cache) => cache with
    {
        SizeLimitBytes = store.Long(SizeLimit(cache.CacheType)),
        EntryLimit = store.Long(EntryLimit(cache.CacheType)),
    };

    private static ParameterDefinition SizeLimit(string cacheType) =>
        new($"{cacheType}_tls_session_cache_size_limit", DefaultSizeLimit);

    private static ParameterDefinition EntryLimit(string cacheType) =>
        new($"{cacheType}_tls_session_cache_entry_limit", "0");

    private static ParameterDefinition LogLevel(string cacheType) => new($"{cacheType}_tls_loglevel", "0");
}

/// <summary>The parameters of one session cache.</summary>
/// <param name="CacheType">The name in requests: smtpd, smtp or lmtp.</param>
/// <param name="Database">The table, <c>type:path</c> or a path alone; empty for no cache.</param>
/// <param name="TimeoutSeconds">The timeout as set, 0 to 8640000; 0 switches the cache off.</param>
/// <param name="LogLevel">The text of <c>…_tls_loglevel</c>, unchecked.</param>
public sealed record SessionCacheParameters(string CacheType, string Database, int TimeoutSeconds, string LogLevel)
{
    /// <summary>The timeout in force: 0 stays, anything else is 120 s at least.</summary>
    public int EffectiveTimeoutSeconds => CacheLimits.EffectiveTimeoutSeconds(TimeoutSeconds);

    /// <summary>
    /// The largest size of the cache's file in bytes; 0: no limit. No parameter of Postfix's.
    /// </summary>
    public long SizeLimitBytes { get; init; }

    /// <summary>The most sessions in the cache; 0: no limit. No parameter of Postfix's.</summary>
    public long EntryLimit { get; init; }

    /// <summary>Whether there is to be a cache: a database is named and the timeout is not 0.</summary>
    public bool IsWanted => Database.Length > 0 && TimeoutSeconds > 0;
}
