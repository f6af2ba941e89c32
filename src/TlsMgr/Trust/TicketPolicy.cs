// Whether the servers of this installation give session tickets. A server that does stores its sessions of TLS 1.3,
// too, and never looks one up (seen with Postfix 3.7 to 3.12): the client brings the session.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Trust;

/// <summary>Finds out which servers give tickets.</summary>
public static class TicketPolicy
{
    private const string Options = "tls_ssl_options";
    private const string NoConfiguration = "none";
    private const string Cipher = "tls_session_ticket_cipher";
    private const string NoTicket = "NO_TICKET";
    private const ulong NoTicketBit = 0x4000;

    private static readonly string[] Servers = ["smtpd", "tlsproxy"];

    /// <summary>
    /// Which entries of master.cf give tickets: those that neither tls_ssl_options nor an empty
    /// tls_session_ticket_cipher turns off, as main.cf or the entry sets them, nor OpenSSL's own configuration may.
    /// A master.cf that cannot be read, or names no server, may have both kinds. The timeout, which turns tickets off
    /// as well, is not looked at: servers have it from tlsmgr, and then there is no cache.
    /// </summary>
    /// <param name="store">All parameters.</param>
    public static ServerTickets Find(ParameterStore store) => Find(store, OpenSslDefaults.Find()?.ConfigurationFile);

    /// <summary>The same, with another file as OpenSSL's configuration; null for none.</summary>
    internal static ServerTickets Find(ParameterStore store, string? configuration)
    {
        if (TrustEvaluation.ReadEntries(store, out _) is not { } entries)
        {
            return ServerTickets.Some;
        }

        List<ParameterStore> servers =
        [
            .. entries.Where(static entry => Servers.Contains(TrustParameters.ProgramOf(entry.Command)))
                .Select(entry => ParametersOf(entry, store)),
        ];
        Dictionary<string, bool> mayBeOff = servers.Select(server => ConfigurationOf(server, configuration))
            .OfType<string>().Distinct().ToDictionary(static file => file, OpenSslTicketOption.MayBeOff);
        int without = servers.Count(server => GivesNoTickets(server)
            || (ConfigurationOf(server, configuration) is { } file && mayBeOff[file]));
        return servers.Count == 0 ? ServerTickets.Some
            : without == 0 ? ServerTickets.All
            : without == servers.Count ? ServerTickets.None
            : ServerTickets.Some;
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
