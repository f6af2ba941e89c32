// Up to Postfix 3.11.6 the session id context of smtpd(8) is a constant. From 3.11.7 on it is a hash over the name of
// the service, so that a ticket resumes only where the service has the same name.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Setup;

/// <summary>The smtpd entries of master.cf, as far as tickets that several hosts share depend on them.</summary>
internal static class SmtpdServices
{
    private const string Command = "smtpd";
    private const string Screen = "postscreen";
    private const string Proxy = "tlsproxy";
    private const string Cipher = "tls_session_ticket_cipher";

    private static readonly MailVersion FirstWithNames = new(3, 11, 7);

    /// <summary>Whether tickets of a release are bound to the name of the service.</summary>
    internal static bool BindsTickets(MailVersion release) =>
        (release.Major, release.Minor, release.Patch)
            .CompareTo((FirstWithNames.Major, FirstWithNames.Minor, FirstWithNames.Patch)) >= 0;

    /// <summary>The release of the installed Postfix.</summary>
    internal static MailVersion ReleaseOf(Installation installation)
    {
        InstalledRelease release = InstalledRelease.Find(installation.Postfix.DaemonDirectory, runningMaster: null);
        return release.IsFound ? release.Version : installation.Postfix.MailVersion;
    }

    /// <summary>
    /// The entries that give tickets to the clients of other hosts: smtpd, and where postscreen(8) listens, tlsproxy,
    /// which does TLS for it.
    /// </summary>
    internal static IEnumerable<MasterCfEntry> Of(Installation installation) => installation.MasterCf.Entries.Where(
        entry => (entry.Command == Command && entry.Type is "inet" or "pass" && !IsLocal(entry.Service))
            || (entry.Command == Proxy && installation.MasterCf.Entries.Any(static other => other.Command == Screen)));

    /// <summary>The names that tickets are bound to: that of <c>-n</c>, and without it that of the entry.</summary>
    internal static IEnumerable<string> NamesOf(Installation installation) => Of(installation)
        .Select(static entry => new ProgramOverrides(entry).ServiceName).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The entries whose tickets are bound to an address, which no other host has.</summary>
    internal static IEnumerable<MasterCfEntry> NamedByAddress(Installation installation) =>
        Of(installation).Where(static entry => HostOf(new ProgramOverrides(entry).ServiceName).Length > 0);

    /// <summary>The entries that encrypt tickets with another cipher than that of main.cf.</summary>
    internal static IEnumerable<MasterCfEntry> WithOtherCipher(Installation installation) => Of(installation).Where(
        entry => CipherOf(installation, entry) != CipherOf(installation.Store));

    /// <summary>The cipher of tickets in main.cf, in lower case; empty: no tickets.</summary>
    internal static string CipherOf(ParameterStore store) =>
        (store.IsSet(Cipher) ? store.ExpandOrRaw(Cipher) : "aes-256-cbc").ToLowerInvariant();

    private static string CipherOf(Installation installation, MasterCfEntry entry)
    {
        ProgramOverrides overrides = new(entry);
        return CipherOf(installation.Store.For(entry.Command, overrides.ServiceName, overrides.Values));
    }

    private static bool IsLocal(string service) => HostOf(service) is var host
        && (host == "localhost" || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address)));

    /// <summary>The part before the port; empty without one.</summary>
    private static string HostOf(string service) => service.LastIndexOf(':') is var colon && colon > 0
        ? service[..colon].Trim('[', ']')
        : "";
}
