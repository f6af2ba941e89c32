// The changes of one host's policy after which it must not resume the sessions of the others, and those after which it
// must go on.

using System.Collections.Generic;

namespace TlsMgr.Rig.Trust;

/// <summary>
/// One change of the second of two hosts of a pool, with <c>postfix reload</c>. In its texts CAFILE stands for the
/// host's file of CAs: each host has one of its own.
/// </summary>
/// <param name="Name">What is changed.</param>
internal sealed record PoolTrustCase(string Name)
{
    private static readonly string[] AskCertificate = ["smtpd_tls_ask_ccert = yes", "smtpd_tls_CAfile = CAFILE"];

    /// <summary>The changes.</summary>
    internal static IReadOnlyList<PoolTrustCase> All { get; } =
    [
        new("ciphers, and what cannot matter")
        {
            NextMainCf =
            [
                .. AskCertificate, "smtpd_tls_exclude_ciphers = AES128-SHA", "smtpd_tls_received_header = yes",
                "smtpd_banner = other ESMTP",
            ],
            Shares = true,
        },
        new("a CA is taken out of the file") { ReplacedBy = "other.pem", NextPeer = "Untrusted", IsBrief = true },
        new("a CA is added to the file") { ReplacedBy = "more.pem" },
        new("smtpd_tls_ask_ccert")
        {
            NextMainCf = ["smtpd_tls_ask_ccert = no", AskCertificate[1]],
            NextPeer = "Anonymous",
        },
        new("smtpd_tls_ask_ccert by -o") { NextOptions = "-o { smtpd_tls_ask_ccert = no }", NextPeer = "Anonymous" },
        new("smtpd_tls_req_ccert")
        {
            NextMainCf = [.. AskCertificate, "smtpd_tls_req_ccert = yes", "smtpd_tls_security_level = encrypt"],
        },
        new("smtpd_tls_ccert_verifydepth") { NextMainCf = [.. AskCertificate, "smtpd_tls_ccert_verifydepth = 5"] },
        new("smtpd_tls_fingerprint_digest") { NextMainCf = [.. AskCertificate, "smtpd_tls_fingerprint_digest = sha1"] },
        new("tls_append_default_CA") { NextMainCf = [.. AskCertificate, "tls_append_default_CA = yes"] },
        new("a CA is taken out of the file, and nobody asks for certificates")
        {
            MainCf = [AskCertificate[1]],
            ReplacedBy = "other.pem",
            Peer = "Anonymous",
            NextPeer = "Anonymous",
            Shares = true,
            IsBrief = true,
        },
    ];

    /// <summary>Lines of main.cf of both hosts before.</summary>
    internal string[] MainCf { get; init; } = AskCertificate;

    /// <summary>Lines of main.cf of the second host behind; null for the same.</summary>
    internal string[]? NextMainCf { get; init; }

    /// <summary>Options of the second host's service in master.cf, behind.</summary>
    internal string NextOptions { get; init; } = "";

    /// <summary>The file whose content the second host's file of CAs gets; null for the same content.</summary>
    internal string? ReplacedBy { get; init; }

    /// <summary>Whether the hosts still resume each other's sessions behind.</summary>
    internal bool Shares { get; init; }

    /// <summary>What the client is worth by the policy of before, as the log has it.</summary>
    internal string Peer { get; init; } = "Trusted";

    /// <summary>What it is worth at the second host behind.</summary>
    internal string NextPeer { get; init; } = "Trusted";

    /// <summary>Whether the short form has it.</summary>
    internal bool IsBrief { get; init; }
}
