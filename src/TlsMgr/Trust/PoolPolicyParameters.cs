// The parameters that decide the verdict of smtpd(8) and tlsproxy(8) on a client's certificate, with Postfix's
// defaults: those of postconf -d of release 3.7, and smtpd_tls_enable_rpk of 3.9.
//
// None of them names a map. relay_clientcerts (permit_tls_clientcerts), check_ccert_access and the like are looked up
// by fingerprint after each handshake, a resumed one too: they are no part of the verdict that a session carries, and
// a host's own maps are in force for tickets of every host. tls_server_sni_maps names certificates of the server.
//
// Not here: certificates and keys of the host, ciphers, protocols, and OpenSSL's configuration of the machine, which
// counts only where tls_config_file names another. A host whose OpenSSL accepts shorter keys in chains is one policy
// with the others.

using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Trust;

/// <summary>The names and defaults of the parameters that the pool digest covers.</summary>
internal static class PoolPolicyParameters
{
    internal const string AskCertificate = "tls_ask_ccert";
    internal const string RequireCertificate = "tls_req_ccert";
    internal const string SecurityLevel = "tls_security_level";
    internal const string UseTls = "use_tls";
    internal const string EnforceTls = "enforce_tls";
    internal const string CaFile = "tls_CAfile";
    internal const string CaPath = "tls_CApath";
    internal const string VerifyDepth = "tls_ccert_verifydepth";
    internal const string FingerprintDigest = "tls_fingerprint_digest";
    internal const string RawPublicKeys = "tls_enable_rpk";
    internal const string WrapperMode = "smtpd_tls_wrappermode";
    internal const string LegacyFingerprints = "tls_legacy_public_key_fingerprints";
    internal const string ConfigurationName = "tls_config_name";

    // Of smtpd, and of tlsproxy with smtpd's value as the default.
    private static readonly (string Name, string Default)[] Server =
    [
        (AskCertificate, "no"),
        (RequireCertificate, "no"),
        (SecurityLevel, ""),
        (UseTls, "no"),
        (EnforceTls, "no"),
        (CaFile, ""),
        (CaPath, ""),
        (VerifyDepth, "9"),
        (FingerprintDigest, "${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}"),
        (RawPublicKeys, "no"),
    ];

    private static readonly KeyValuePair<string, string>[] All =
    [
        .. Server.Select(static row => new KeyValuePair<string, string>($"smtpd_{row.Name}", row.Default)),
        .. Server.Select(static row => new KeyValuePair<string, string>(
            $"tlsproxy_{row.Name}", $"$smtpd_{row.Name}")),
        new($"postscreen_{SecurityLevel}", $"$smtpd_{SecurityLevel}"),
        new($"postscreen_{UseTls}", $"$smtpd_{UseTls}"),
        new($"postscreen_{EnforceTls}", $"$smtpd_{EnforceTls}"),
        new(WrapperMode, "no"),
        new(TrustParameters.DefaultStore, "no"),
        new(LegacyFingerprints, "no"),
        new(TrustParameters.OpenSslConfiguration, "default"),
        new(ConfigurationName, ""),
    ];

    /// <summary>The defaults, unexpanded.</summary>
    /// <param name="hasSha256">Whether the default of fingerprints is not md5 at every level: from 3.6 on.</param>
    internal static IEnumerable<KeyValuePair<string, string>> Defaults(bool hasSha256) => hasSha256
        ? All
        : All.Append(new($"smtpd_{FingerprintDigest}", "md5"));
}
