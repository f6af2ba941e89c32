// The changes of configuration that must withdraw trust, and those that must not.

using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Rig.Trust;

/// <summary>Whose configuration is changed, and with that whose sessions are looked at.</summary>
internal enum Side
{
    /// <summary>The receiver's: smtpd(8) as the TLS server, sessions by id or in tickets.</summary>
    Server,

    /// <summary>The sender's: smtp(8) as the TLS client.</summary>
    Client,
}

/// <summary>
/// One change between two connections, with <c>postfix reload</c>. In its texts DIR stands for the directory of the
/// certificates and FINGERPRINT for the digest of the peer's.
/// </summary>
/// <param name="Name">What is changed.</param>
/// <param name="Side">Where.</param>
internal sealed record TrustCase(string Name, Side Side)
{
    /// <summary>Lines of main.cf before.</summary>
    internal string[] MainCf { get; init; } = [];

    /// <summary>Lines of main.cf behind; null for the same.</summary>
    internal string[]? NextMainCf { get; init; }

    /// <summary>Options of the service in master.cf, before.</summary>
    internal string Options { get; init; } = "";

    /// <summary>Options of the service in master.cf, behind; null for the same.</summary>
    internal string? NextOptions { get; init; }

    /// <summary>The file that is replaced, and what by: names in DIR.</summary>
    internal (string File, string By)? Replaced { get; init; }

    /// <summary>The policy that the socketmap server returns before and behind; null for no such server.</summary>
    internal (string Before, string Behind)? Policy { get; init; }

    /// <summary>Whether this tlsmgr keeps the sessions: nothing of the digest changes.</summary>
    internal bool Keeps { get; init; }

    /// <summary>What the peer is worth before, as the log has it: Trusted, Verified.</summary>
    internal string Before { get; init; } = "Trusted";

    /// <summary>What it is worth behind.</summary>
    internal string Behind { get; init; } = "Trusted";

    /// <summary>Whether the peer is allowed to do what it wants behind: to relay, to get the mail.</summary>
    internal bool IsServedBehind { get; init; } = true;

    /// <summary>Whether the short form has it.</summary>
    internal bool IsBrief { get; init; } = true;

    /// <summary>The index of the scenario: of a server, by id first, then tickets of TLS 1.2 and of TLS 1.3.</summary>
    internal int ScenarioIndex { get; init; } = Side == Side.Server ? 0 : TicketOfTls13;

    private const int TicketOfTls12 = 1;
    private const int TicketOfTls13 = 2;

    private static readonly string[] BriefTickets =
        ["nothing", "a CA is taken out of smtpd_tls_CAfile", "smtpd_tls_ask_ccert by -o", "the host's certificate"];

    /// <summary>All cases: those of a server by id and by ticket.</summary>
    internal static IEnumerable<TrustCase> Everything => All.SelectMany(static trustCase =>
        trustCase.Side == Side.Client ? [trustCase] : (TrustCase[])
        [
            trustCase,
            trustCase with { ScenarioIndex = TicketOfTls12, IsBrief = false },
            trustCase with { ScenarioIndex = TicketOfTls13, IsBrief = BriefTickets.Contains(trustCase.Name) },
        ]);

    private static readonly string[] AskCertificate = ["smtpd_tls_ask_ccert = yes", "smtpd_tls_CAfile = DIR/ca.pem"];

    private static readonly string[] Secure =
    [
        "smtp_tls_security_level = secure", "smtp_tls_secure_cert_match = localhost", "smtp_tls_CAfile = DIR/ca.pem",
    ];

    /// <summary>The changes.</summary>
    private static IReadOnlyList<TrustCase> All { get; } =
    [
        new("nothing", Side.Server) { MainCf = AskCertificate, Keeps = true },
        new("what cannot matter", Side.Server)
        {
            MainCf = AskCertificate,
            NextMainCf = [.. AskCertificate, "smtpd_banner = other ESMTP", "smtpd_tls_received_header = yes"],
            Keeps = true,
            IsBrief = false,
        },
        new("a CA is taken out of smtpd_tls_CAfile", Side.Server)
        {
            MainCf = AskCertificate,
            Replaced = ("ca.pem", "other.pem"),
            Behind = "Untrusted",
            IsServedBehind = false,
        },
        new("smtpd_tls_ask_ccert", Side.Server)
        {
            MainCf = AskCertificate,
            NextMainCf = [AskCertificate[1], "smtpd_tls_ask_ccert = no"],
            Behind = "Anonymous",
            IsServedBehind = false,
        },
        new("smtpd_tls_ask_ccert by -o", Side.Server)
        {
            MainCf = [AskCertificate[1]],
            Options = "-o smtpd_tls_ask_ccert=yes",
            NextOptions = "-o { smtpd_tls_ask_ccert = no }",
            Behind = "Anonymous",
            IsServedBehind = false,
        },
        new("an excluded cipher", Side.Server)
        {
            MainCf = AskCertificate,
            NextMainCf = [.. AskCertificate, "smtpd_tls_exclude_ciphers = AES128-SHA"],
        },
        new("an excluded cipher by -o", Side.Server)
        {
            MainCf = AskCertificate,
            NextOptions = "-osmtpd_tls_exclude_ciphers=AES128-SHA",
            IsBrief = false,
        },
        new("the host's certificate", Side.Server)
        {
            MainCf = [.. AskCertificate, "smtpd_tls_chain_files = DIR/host.pem"],
            Replaced = ("host.pem", "otherhost.pem"),
        },
        new("a list of fingerprints", Side.Server)
        {
            MainCf =
            [
                .. AskCertificate, "relay_clientcerts = inline:{FINGERPRINT=ok}", "smtpd_tls_fingerprint_digest = sha256",
                "smtpd_relay_restrictions = permit_tls_clientcerts, reject",
            ],
            NextMainCf =
            [
                .. AskCertificate, "relay_clientcerts = inline:{00=ok}", "smtpd_tls_fingerprint_digest = sha256",
                "smtpd_relay_restrictions = permit_tls_clientcerts, reject",
            ],
            Keeps = true, // It is looked up with each mail, and the certificate is in the session.
            IsServedBehind = false,
        },
        new("nothing", Side.Client) { MainCf = Secure, Before = "Verified", Behind = "Verified", Keeps = true },
        new("what cannot matter", Side.Client)
        {
            MainCf = Secure,
            NextMainCf = [.. Secure, "smtp_helo_timeout = 200s", "smtp_tls_note_starttls_offer = yes"],
            Before = "Verified",
            Behind = "Verified",
            Keeps = true,
            IsBrief = false,
        },
        new("a CA is taken out of smtp_tls_CAfile", Side.Client)
        {
            MainCf = Secure,
            Replaced = ("ca.pem", "other.pem"),
            Before = "Verified",
            Behind = "Untrusted",
            IsServedBehind = false,
        },
        new("smtp_tls_CAfile", Side.Client)
        {
            MainCf = Secure,
            NextMainCf = [Secure[0], Secure[1], "smtp_tls_CAfile = DIR/other.pem"],
            Before = "Verified",
            Behind = "Untrusted",
            IsServedBehind = false,
            IsBrief = false,
        },
        new("smtp_tls_CAfile by -o", Side.Client)
        {
            MainCf = Secure[..2],
            Options = "-o smtp_tls_CAfile=DIR/ca.pem",
            NextOptions = "-o smtp_tls_CAfile=DIR/other.pem",
            Before = "Verified",
            Behind = "Untrusted",
            IsServedBehind = false,
        },
        new("smtp_tls_secure_cert_match", Side.Client)
        {
            MainCf = Secure,
            NextMainCf = [Secure[0], Secure[2], "smtp_tls_secure_cert_match = other.example"],
            Before = "Verified",
            Behind = "Untrusted",
            IsServedBehind = false,
        },
        new("a list of fingerprints", Side.Client)
        {
            MainCf =
            [
                "smtp_tls_security_level = fingerprint", "smtp_tls_fingerprint_digest = sha256",
                "smtp_tls_fingerprint_cert_match = FINGERPRINT",
            ],
            NextMainCf =
            [
                "smtp_tls_security_level = fingerprint", "smtp_tls_fingerprint_digest = sha256",
                "smtp_tls_fingerprint_cert_match = 00:11:22:33",
            ],
            Before = "Verified",
            Behind = "Untrusted",
            IsServedBehind = false,
        },
        new("an excluded cipher", Side.Client)
        {
            MainCf = Secure,
            NextOptions = "-o smtp_tls_exclude_ciphers=AES128-SHA",
            Before = "Verified",
            Behind = "Verified",
        },
        new("the file of a policy map", Side.Client)
        {
            MainCf = ["smtp_tls_CAfile = DIR/ca.pem", "smtp_tls_policy_maps = texthash:DIR/policy"],
            Replaced = ("policy", "otherpolicy"),
            Before = "Verified",
            Behind = "Untrusted",
            IsServedBehind = false,
        },
        new("a policy through socketmap", Side.Client)
        {
            MainCf = ["smtp_tls_CAfile = DIR/ca.pem", "smtp_tls_policy_maps = socketmap:unix:private/tls-policy:tls"],
            Policy = ("secure match=localhost", "secure match=other.example"),
            Before = "Verified",
            Behind = "Untrusted",
            IsServedBehind = false,
        },
    ];
}
