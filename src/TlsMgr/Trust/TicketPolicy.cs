// Whether the servers of this installation give session tickets. Where one does, it stores its sessions of TLS 1.3 and
// never looks one up.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Trust;

/// <summary>Finds the servers that give no tickets.</summary>
public static class TicketPolicy
{
    private const string Options = "tls_ssl_options";
    private const string NoTicket = "NO_TICKET";
    private const ulong NoTicketBit = 0x4000;

    private static readonly string[] Servers = ["smtpd", "tlsproxy"];

    /// <summary>
    /// Whether some entry of master.cf gives no tickets, by tls_ssl_options as main.cf or the entry sets it. Where
    /// master.cf cannot be read, it counts as such.
    /// </summary>
    public static bool HasServerWithoutTickets(ParameterStore store)
    {
        if (TrustEvaluation.ReadEntries(store, out _) is not { } entries)
        {
            return true;
        }

        return entries.Where(static entry => Servers.Contains(TrustParameters.ProgramOf(entry.Command)))
            .Any(entry => HasNoTicket(OptionsOf(store, entry)));
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

    private static string OptionsOf(ParameterStore store, MasterCfEntry entry)
    {
        ProgramOverrides overrides = new(entry);
        return store.For(TrustParameters.ProgramOf(entry.Command), overrides.ServiceName, overrides.Values)
            .ExpandOrRaw(Options);
    }
}
