// Which parameters of Postfix decide what a TLS session is worth, and for whose sessions. The list is one of prefixes,
// so that a parameter of a later release counts without being known; what cannot matter is named. lmtp's sessions count
// smtp's parameters too: through tlsproxy(8) they are in force for both (tlsproxy_client_CAfile = $smtp_tls_CAfile).

using System;
using System.Linq;

namespace TlsMgr.Trust;

/// <summary>The parameters that the reload digest covers.</summary>
internal static class TrustParameters
{
    /// <summary>Has OpenSSL's default store added to what is trusted.</summary>
    internal const string DefaultStore = "tls_append_default_CA";

    /// <summary>Names the configuration of OpenSSL; unset it is OpenSSL's own.</summary>
    internal const string OpenSslConfiguration = "tls_config_file";

    private static readonly (string Prefix, CacheUsers Users)[] Prefixes =
    [
        ("smtpd_tls_", CacheUsers.Smtpd),
        ("postscreen_tls_", CacheUsers.Smtpd),
        ("tlsproxy_tls_", CacheUsers.Smtpd),
        ("smtp_tls_", CacheUsers.Clients),
        ("lmtp_tls_", CacheUsers.Lmtp),
        ("tlsproxy_client_", CacheUsers.Clients),
        ("tls_", CacheUsers.All),
    ];

    private static readonly (string Name, CacheUsers Users)[] Legacy =
    [
        ("smtpd_use_tls", CacheUsers.Smtpd),
        ("smtpd_enforce_tls", CacheUsers.Smtpd),
        ("postscreen_use_tls", CacheUsers.Smtpd),
        ("postscreen_enforce_tls", CacheUsers.Smtpd),
        ("tlsproxy_use_tls", CacheUsers.Smtpd),
        ("tlsproxy_enforce_tls", CacheUsers.Smtpd),
        ("smtp_use_tls", CacheUsers.Clients),
        ("smtp_enforce_tls", CacheUsers.Clients),
        ("smtp_dns_support_level", CacheUsers.Clients),
        ("lmtp_use_tls", CacheUsers.Lmtp),
        ("lmtp_enforce_tls", CacheUsers.Lmtp),
        ("lmtp_dns_support_level", CacheUsers.Lmtp),
    ];

    /// <summary>
    /// Ends of names that cannot matter: logging, the Received: header, where and how long sessions are kept, and the
    /// parameters of this daemon.
    /// </summary>
    private static readonly string[] ExceptedEnds =
    [
        "_tls_loglevel",
        "_client_loglevel",
        "_loglevel_parameter",
        "_tls_received_header",
        "_tls_note_starttls_offer",
        "_tls_session_cache_database",
        "_tls_session_cache_timeout",
        "_tls_session_cache_size_limit",
        "_tls_session_cache_entry_limit",
    ];

    private static readonly string[] ExceptedBeginnings = ["tls_random_", "tls_daemon_random_"];

    private static readonly (string Program, CacheUsers Users)[] Programs =
    [
        ("smtpd", CacheUsers.Smtpd),
        ("postscreen", CacheUsers.Smtpd),
        ("smtp", CacheUsers.Smtp),
        ("lmtp", CacheUsers.Lmtp),
        ("tlsproxy", CacheUsers.All),
    ];

    /// <summary>Whose sessions a parameter bears upon; nobody's when the digest leaves it out.</summary>
    internal static CacheUsers UsersOf(string parameter)
    {
        if (ExceptedEnds.Any(end => parameter.EndsWith(end, StringComparison.Ordinal))
            || ExceptedBeginnings.Any(beginning => parameter.StartsWith(beginning, StringComparison.Ordinal)))
        {
            return CacheUsers.None;
        }

        CacheUsers users = Legacy.FirstOrDefault(row => row.Name == parameter).Users;
        return users != CacheUsers.None
            ? users
            : Prefixes.FirstOrDefault(row => parameter.StartsWith(row.Prefix, StringComparison.Ordinal)).Users;
    }

    /// <summary>Whose sessions a program of master.cf takes part in, by its command.</summary>
    internal static CacheUsers UsersOfProgram(string command) =>
        Programs.FirstOrDefault(row => row.Program == ProgramOf(command)).Users;

    /// <summary>The program's name without directories.</summary>
    internal static string ProgramOf(string command) => command[(command.LastIndexOf('/') + 1)..];

    /// <summary>Whether a parameter is common to servers and clients.</summary>
    internal static bool IsCommon(string parameter) => parameter.StartsWith("tls_", StringComparison.Ordinal);
}
