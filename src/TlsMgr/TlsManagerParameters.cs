// The parameters of tlsmgr(8): their definitions and checked values, read after the parameters that all daemons share.
// Nothing that a value names is opened, created or contacted here.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;

namespace TlsMgr;

/// <summary>The checked values of the parameters in tlsmgr(8).</summary>
public sealed class TlsManagerParameters
{
    // 100 days, in seconds; clients refuse to keep a session longer.
    private const int MaximumTimeoutSeconds = 8640000;

    // A handshake that waits longer had better be a full one.
    private const int MaximumLookupMilliseconds = 1000;

    // Reached by an attack, not by a real cache.
    private const string DefaultSizeLimit = "256m";

    private static readonly ParameterDefinition ReseedPeriod = new("tls_random_reseed_period", "3600s", 1);
    private static readonly ParameterDefinition UpdatePeriod = new("tls_random_prng_update_period", "3600s", 1);
    private static readonly ParameterDefinition Bytes = new("tls_random_bytes", "32", 1);
    private static readonly ParameterDefinition StatusUpdateTime = Own("tlsmgr_status_update_time", "600s");
    private static readonly ParameterDefinition ControlSocket = Own("tlsmgr_control_socket", "tlsmgr_control");
    private static readonly ParameterDefinition Sandbox = Own("tlsmgr_sandbox", "yes");
    private static readonly ParameterDefinition CachePersist = Own("tlsmgr_session_cache_persist", "yes");
    private static readonly ParameterDefinition SkipUnneeded = Own("tlsmgr_skip_unneeded_sessions", "yes");
    private static readonly ParameterDefinition TicketKeysPersist = Own("tlsmgr_ticket_keys_persist", "yes");
    private static readonly ParameterDefinition Pool = Own("tlsmgr_pool_name", "");
    private static readonly ParameterDefinition PoolState =
        Own("tlsmgr_pool_state_file", "${data_directory}/pool_state");
    private static readonly ParameterDefinition PoolSkew = Own("tlsmgr_pool_clock_skew", "300s");
    private static readonly ParameterDefinition SharedCaches = Own("tlsmgr_pool_caches", "");
    private static readonly ParameterDefinition SharedTimeout = Own("tlsmgr_pool_cache_timeout", "900s");
    private static readonly ParameterDefinition SharedLookup =
        new("tlsmgr_pool_lookup_milliseconds", "25", 0, MaximumLookupMilliseconds) { IsOwn = true };
    private static readonly ParameterDefinition Source = new("tls_random_source", "dev:/dev/urandom");
    private static readonly ParameterDefinition SessionTicketCipher = new("tls_session_ticket_cipher", "aes-256-cbc");
    private static readonly ParameterDefinition ExchangeName =
        new("tls_random_exchange_name", "${data_directory}/prng_exch");

    private TlsManagerParameters(ParameterStore store)
    {
        // The order of Postfix's tlsmgr, which decides the first fatal error: times, integers, texts. Parameters that
        // it does not have come last.
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
        SkipsUnneededSessions = store.Boolean(SkipUnneeded);
        KeepsTicketKeys = store.Boolean(TicketKeysPersist);
        PoolName = store.Text(Pool);
        PoolStateFile = store.Text(PoolState);
        PoolClockSkewSeconds = store.TimeSeconds(PoolSkew);
        PoolCaches = ReadCaches(store.Text(SharedCaches));
        PoolCacheTimeoutSeconds = store.TimeSeconds(SharedTimeout);
        PoolLookupMilliseconds = store.Integer(SharedLookup);
        PoolServerParameters.Load(store); // for tlspool(8): here, only the names matter
        TicketCipher = store.Text(SessionTicketCipher);
        Smtpd = WithLimits(store, Smtpd);
        Smtp = WithLimits(store, Smtp);
        Lmtp = WithLimits(store, Lmtp);
    }

    /// <summary>The cache of smtpd(8); its timeout also determines the lifetime of ticket keys.</summary>
    public SessionCacheParameters Smtpd { get; }

    /// <summary>The cache of smtp(8).</summary>
    public SessionCacheParameters Smtp { get; }

    /// <summary>The cache of lmtp(8).</summary>
    public SessionCacheParameters Lmtp { get; }

    /// <summary>The external source of randomness: <c>dev:PATH</c>, <c>egd:PATH</c>, a file; empty for none.</summary>
    public string RandomSource { get; }

    /// <summary>The number of bytes to read from that source at a time, 1 or more.</summary>
    public int RandomBytes { get; }

    /// <summary>The file that carries randomness from one process to the next; empty for none.</summary>
    public string RandomExchangeName { get; }

    /// <summary>The maximum time between two reads of the source, 1 s or more.</summary>
    public int RandomReseedPeriodSeconds { get; }

    /// <summary>The maximum time between two updates of the exchange file, 1 s or more.</summary>
    public int RandomUpdatePeriodSeconds { get; }

    /// <summary>
    /// The time between two statistics reports in the log, in seconds; 0 disables them, including the one at the end.
    /// Not a parameter of Postfix.
    /// </summary>
    public int StatusUpdateSeconds { get; }

    /// <summary>
    /// The name of the control socket in data_directory; empty for none. Not a parameter of Postfix.
    /// </summary>
    public string ControlSocketName { get; }

    /// <summary>
    /// Whether the kernel refuses the system calls that serving does not need. Not a parameter of Postfix.
    /// </summary>
    public bool EntersSandbox { get; }

    /// <summary>
    /// Whether sessions persist beyond the process that stored them. Not a parameter of Postfix.
    /// </summary>
    public bool KeepsSessions { get; }

    /// <summary>
    /// Whether sessions of smtpd(8) that nobody looks up are not kept (<see cref="Trust.TicketPolicy"/>). Not a
    /// parameter of Postfix.
    /// </summary>
    public bool SkipsUnneededSessions { get; }

    /// <summary>
    /// Whether ticket keys persist beyond the process that made them. Not a parameter of Postfix.
    /// </summary>
    public bool KeepsTicketKeys { get; }

    /// <summary>The pool that shares ticket keys; empty for none. Not a parameter of Postfix.</summary>
    public string PoolName { get; }

    /// <summary>The file with the secret of the pool. Not a parameter of Postfix.</summary>
    public string PoolStateFile { get; }

    /// <summary>Seconds by which the clocks of a pool may differ. Not a parameter of Postfix.</summary>
    public int PoolClockSkewSeconds { get; }

    /// <summary>
    /// The caches whose sessions the hosts of a pool share; empty for none. Not a parameter of Postfix.
    /// </summary>
    public IReadOnlyList<string> PoolCaches { get; }

    /// <summary>Seconds for which a session is shared. Not a parameter of Postfix.</summary>
    public int PoolCacheTimeoutSeconds { get; }

    /// <summary>Milliseconds for which a lookup waits for the pool. Not a parameter of Postfix.</summary>
    public int PoolLookupMilliseconds { get; }

    /// <summary>The cipher that encrypts tickets: keys of a pool are bound to it.</summary>
    public string TicketCipher { get; }

    /// <summary>The parameters of a cache: smtpd, smtp or lmtp.</summary>
    internal SessionCacheParameters Find(string cacheType) =>
        cacheType == Smtpd.CacheType ? Smtpd : cacheType == Smtp.CacheType ? Smtp : Lmtp;

    /// <summary>The caches whose sessions outlive this process, by name.</summary>
    internal IReadOnlyList<string> PersistentCaches => KeepsSessions
        ? [.. new[] { Smtpd, Smtp, Lmtp }.Where(static cache => cache.IsWanted).Select(static cache => cache.CacheType)]
        : [];

    /// <summary>Reads and checks the parameters.</summary>
    /// <param name="store">The parameters; those of <see cref="PostfixParameters"/> are already loaded.</param>
    /// <exception cref="FatalException">The first invalid value, with the text of Postfix.</exception>
    public static TlsManagerParameters Load(ParameterStore store) => new(store);

    private static string[] ReadCaches(string text)
    {
        string[] names = text.Split([' ', '\t', '\r', '\n', ','], StringSplitOptions.RemoveEmptyEntries);
        return names.FirstOrDefault(static name => name is not ("smtpd" or "smtp" or "lmtp")) is { } unknown
            ? throw new FatalException($"bad value of parameter {SharedCaches.Name}: unknown cache: {unknown}")
            : [.. names.Distinct()];
    }

    private static ParameterDefinition Timeout(string cacheType) =>
        new($"{cacheType}_tls_session_cache_timeout", "3600s", 0, MaximumTimeoutSeconds);

    private static ParameterDefinition Database(string cacheType) =>
        new($"{cacheType}_tls_session_cache_database", "");

    private static SessionCacheParameters WithLimits(ParameterStore store, SessionCacheParameters cache) => cache with
    {
        SizeLimitBytes = store.SizeBytes(SizeLimit(cache.CacheType)),
        EntryLimit = store.Long(EntryLimit(cache.CacheType)),
    };

    private static ParameterDefinition SizeLimit(string cacheType) =>
        Own($"{cacheType}_tls_session_cache_size_limit", DefaultSizeLimit);

    private static ParameterDefinition EntryLimit(string cacheType) =>
        Own($"{cacheType}_tls_session_cache_entry_limit", "0");

    private static ParameterDefinition Own(string name, string value) => new(name, value) { IsOwn = true };

    private static ParameterDefinition LogLevel(string cacheType) => new($"{cacheType}_tls_loglevel", "0");
}
