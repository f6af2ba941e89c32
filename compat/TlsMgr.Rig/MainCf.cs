using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Rig.Scenarios;

namespace TlsMgr.Rig;

/// <summary>
/// The text of main.cf. All traffic stays on 127.0.0.1: no DNS, no relay, and received mail is discarded.
/// </summary>
internal static class MainCf
{
    internal static string ForReceiver(PostfixInstance instance, Certificates certificates) => Common(instance) + $"""
        smtpd_tls_security_level = may
        smtpd_tls_cert_file = {certificates.CertificateFile}
        smtpd_tls_key_file = {certificates.KeyFile}
        smtpd_peername_lookup = no
        smtpd_relay_restrictions = permit_mynetworks, reject

        """;

    /// <summary>A host of a pool, in a network namespace of its own: it serves all its addresses.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="certificates">The host's own certificate.</param>
    /// <param name="network">The network of the pool and its clients.</param>
    internal static string ForPool(PostfixInstance instance, Certificates certificates, string network) =>
        ForReceiver(instance, certificates)
            .Replace("inet_interfaces = 127.0.0.1", "inet_interfaces = all", StringComparison.Ordinal)
            .Replace("mynetworks = 127.0.0.0/8", $"mynetworks = {network}", StringComparison.Ordinal);

    internal static string ForSender(
        PostfixInstance instance, Certificates certificates, IEnumerable<Scenario> scenarios) => Common(instance) + $"""
        smtp_tls_security_level = encrypt
        smtp_tls_CAfile = {certificates.CertificateFile}
        lmtp_tls_security_level = encrypt
        lmtp_tls_CAfile = {certificates.CertificateFile}
        smtp_dns_support_level = disabled
        smtp_connection_cache_on_demand = no
        transport_maps = inline:{"{"} {string.Join(", ", scenarios.Select(Route))} {"}"}

        """;

    /// <summary>The text with lines in place of those of the same names.</summary>
    internal static string With(string mainCf, IReadOnlyCollection<string> lines)
    {
        HashSet<string> names = [.. lines.Select(NameOf)];
        return string.Join(
            '\n', [.. mainCf.Split('\n').Where(line => !names.Contains(NameOf(line))), .. lines, ""]);
    }

    private static string NameOf(string line) => line.Split(' ')[0];

    // Each scenario has a delivery service of its own, whose name identifies the scenario in the log.
    private static string Route(Scenario scenario) =>
        $"{{ {scenario.Domain} = {scenario.Service}:[127.0.0.1]:{scenario.Port} }}";

    private static string Common(PostfixInstance instance) => $$"""
        compatibility_level = 3.6
        config_directory = {{instance.ConfigDirectory}}
        queue_directory = {{instance.QueueDirectory}}
        data_directory = {{instance.DataDirectory}}
        daemon_directory = {{instance.DaemonDirectory}}
        maillog_file = {{instance.LogPath}}
        maillog_file_prefixes = {{instance.DirectoryPath}}
        syslog_name = {{instance.Name}}
        myhostname = {{instance.Name}}.rig.test
        inet_protocols = ipv4
        inet_interfaces = 127.0.0.1
        mynetworks = 127.0.0.0/8
        mydestination =
        alias_maps =
        alias_database =
        default_transport = discard
        relay_transport = discard
        local_transport = discard
        smtpd_tls_loglevel = 2
        smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache
        smtp_tls_loglevel = 2
        smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache
        lmtp_tls_session_cache_database = btree:${data_directory}/lmtp_scache

        """;
}
