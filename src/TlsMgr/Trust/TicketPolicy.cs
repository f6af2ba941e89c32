// Whether the servers of this installation give session tickets. A server that does stores its sessions of TLS 1.3,
// too, and never looks one up (seen with Postfix 3.7 to 3.12): the client brings the session.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Trust;

/// <summary>Finds the servers that give no tickets.</summary>
public static class TicketPolicy
{
    private const string Options = "tls_ssl_options";
    private const string NoConfiguration = "none";
    private const string Cipher = "tls_session_ticket_cipher";
    private const string NoTicket = "NO_TICKET";
    private const ulong NoTicketBit = 0x4000;

    private static readonly string[] Servers = ["smtpd", "tlsproxy"];

    /// <summary>
    /// Whether some entry of master.cf gives no tickets, by tls_ssl_options or an empty tls_session_ticket_cipher, as
    /// main.cf or the entry sets them, or OpenSSL's own configuration turns them off. A master.cf that cannot be read,
    /// or names no server, counts as such. The timeout, which turns tickets off as well, is not looked at: servers have
    /// it from tlsmgr, and then there is no cache.
    /// </summary>
    /// <param name="store">All parameters.</param>
    public static bool HasServerWithoutTickets(ParameterStore store) =>
        HasServerWithoutTickets(store, OpenSslDefaults.Find()?.ConfigurationFile);

    /// <summary>The same, with another file as OpenSSL's configuration; null for none.</summary>
    internal static bool HasServerWithoutTickets(ParameterStore store, string? configuration)
    {
        if (TrustEvaluation.ReadEntries(store, out _) is not { } entries)
        {
            return true;
        }

        List<ParameterStore> servers =
        [
            .. entries.Where(static entry => Servers.Contains(TrustParameters.ProgramOf(entry.Command)))
                .Select(entry => ParametersOf(entry, store)),
        ];
        return servers.Count == 0 || servers.Exists(GivesNoTickets)
            || servers.Select(server => ConfigurationOf(server, configuration)).OfType<string>().Distinct()
                .Any(OpenSslTicketOption.MayBeOff);
    }

    /// <summary>Whether a value of tls_ssl_options turns tickets off: by name, or by a bit in hexadecimal.</summary>
    internal static bool HasNoTicket(string options)
    {
        char[] separators = [' ', '\t', '\r', '\n', ','];
        IEnumerable<string> words = options.Split(separators, StringSplitOptions.RemoveEmptyEntries);
        return words.Any(static word => word.Equals(NoTicket, StringComparison.OrdinalIgnoreCase)
            || (word.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                && ulong.TryParse(
                    word.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits)
                && (bits & NoTicketBit) != 0));
    }

    private static bool GivesNoTickets(ParameterStore server) => HasNoTicket(server.ExpandOrRaw(Options))
        || (server.IsSet(Cipher) && string.IsNullOrWhiteSpace(server.ExpandOrRaw(Cipher)));

    /// <summary>
    /// What OpenSSL reads in a server; from Postfix 3.9 on, tls_config_file names another file, or none.
    /// </summary>
    private static string? ConfigurationOf(ParameterStore server, string? configuration) =>
        server.ExpandOrRaw(TrustParameters.OpenSslConfiguration) switch
        {
            "" or "default" => configuration,
            NoConfiguration => null,
            var file => file,
        };

    private static ParameterStore ParametersOf(MasterCfEntry entry, ParameterStore store)
    {
        ProgramOverrides overrides = new(entry);
        return store.For(TrustParameters.ProgramOf(entry.Command), overrides.ServiceName, overrides.Values);
    }
}
