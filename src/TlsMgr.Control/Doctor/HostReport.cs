// What of two hosts has to be the same for a session or a ticket of one to be good on the other: releases and
// libraries, lifetimes, the ticket cipher, every input of the reload digests and of the pool digest: values of
// parameters, hashes of files.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using TlsMgr.Control.Setup;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Trust;

namespace TlsMgr.Control.Doctor;

/// <summary>The values of a host that two of them compare, by name.</summary>
internal static class HostReport
{
    private const int HashDigits = 16;
    private const string TicketCipher = "tls_session_ticket_cipher";
    private const string DefaultTicketCipher = "aes-256-cbc";

    private static readonly string[] PoolNames =
        ["state", "generation", "period", "period_seconds", "fingerprint", "policy", "cipher", "next_generation"];

    /// <summary>Collects the values, sorted by name.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Collect(ExaminedInstallation examined)
    {
        SortedDictionary<string, string> values = new(StringComparer.Ordinal);
        foreach ((string name, string value) in Inputs(examined).Concat(Fixed(examined)).Concat(Pool(examined))
            .Concat(Sharing(examined.Installation)).Concat(PoolPolicyReport.Collect(examined.Installation)))
        {
            values[name] = PrintableText.Clean(value);
        }

        return values;
    }

    private static IEnumerable<KeyValuePair<string, string>> Fixed(ExaminedInstallation examined)
    {
        PostfixParameters postfix = examined.Installation.Postfix;
        ParameterStore store = examined.Installation.Store;
        InstalledRelease release = InstalledRelease.Find(postfix.DaemonDirectory, runningMaster: null);
        yield return new("postfix.version", (release.IsFound ? release.Version : postfix.MailVersion).ToString());
        yield return new("openssl.version", OpenSslDefaults.FindVersion() ?? "");
        yield return new("tlsmgr.command", examined.Installation.Entry?.Command ?? "");
        yield return new("tlsmgr.version", examined.Info?.Version ?? "");
        yield return new(Installation.ServiceNameParameter, examined.Installation.ServiceName);
        yield return new(
            TicketCipher, store.IsSet(TicketCipher) ? store.ExpandOrRaw(TicketCipher) : DefaultTicketCipher);
        foreach (SessionCacheParameters cache in examined.AllCaches)
        {
            string prefix = $"{cache.CacheType}_tls_session_cache";
            yield return new($"{prefix}_database", cache.Database);
            yield return new(
                $"{prefix}_timeout", cache.EffectiveTimeoutSeconds.ToString(CultureInfo.InvariantCulture) + "s");
        }
    }

    /// <summary>
    /// What hosts of a pool have in common. The fingerprint is another one in each period: it is compared within one.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string>> Pool(ExaminedInstallation examined)
    {
        Installation installation = examined.Installation;
        MailVersion release = SmtpdServices.ReleaseOf(installation);
        yield return new("smtpd.service_names", string.Join(' ', SmtpdServices.NamesOf(installation)));
        yield return new("postfix.tickets", SmtpdServices.BindsTickets(release) ? "3.11.7 and later" : "up to 3.11.6");
        yield return new("pool.secret_bytes", release.HasLongTicketKeys ? "32" : "16");
        yield return new("pool.name", installation.Parameters.PoolName);
        if (installation.Parameters.PoolName.Length > 0 && examined.Pool is { IsConfigured: true } pool)
        {
            foreach (string name in PoolNames)
            {
                yield return new($"pool.{name}", pool[name]);
            }
        }
    }

    /// <summary>
    /// What hosts that share sessions have in common. smtpd(8) ends its session ids in the name of the service and the
    /// version of OpenSSL with its patch level: hosts where one differs find none of each other's sessions.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string>> Sharing(Installation installation)
    {
        if (SharingEntry.IsWanted(installation))
        {
            yield return new("sharing.caches", SharingEntry.CachesOf(installation));
            yield return new("sharing.smtpd_session_ids", string.Join(
                ' ', SmtpdServices.NamesOf(installation).Append(OpenSslDefaults.FindVersion() ?? "")));
            yield return new(SharingEntry.ServerParameter, SharingEntry.ServersOf(installation));
            yield return new("tlspool_prefix", SharingEntry.ValueOf(installation, "tlspool_prefix"));
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Inputs(ExaminedInstallation examined)
    {
        ParameterStore store = examined.Installation.Store;
        IReadOnlyDictionary<string, TrustDigest> digests = TrustEvaluation.Evaluate(
            store, examined.Installation.Postfix, [.. examined.AllCaches.Select(static cache => cache.CacheType)],
            TimeProvider.System);
        return digests.Values.SelectMany(static digest => digest.Inputs)
            .Select(input => new KeyValuePair<string, string>(input.Name, Describe(store, input)));
    }

    private static string Describe(ParameterStore store, TrustInput input) =>
        input.Doubt is { } doubt ? $"unknown: {doubt}"
        : store.IsSet(input.Name) ? store.ExpandOrRaw(input.Name)
        : $"sha256:{Convert.ToHexStringLower(input.Hash)[..HashDigits]}";
}
