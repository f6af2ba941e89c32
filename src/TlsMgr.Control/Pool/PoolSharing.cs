using System;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Pool;

/// <summary>Finds why a host does not share tickets, as far as the host itself can know.</summary>
internal static class PoolSharing
{
    private const string Options = "tls_ssl_options";
    private const string NoTicket = "NO_TICKET";
    private const string CommonName = "smtpd";

    /// <summary>One sentence without its end; null when the host shares.</summary>
    internal static string? FindReason(PoolFacts facts, Installation installation) =>
        facts.Reason.Length > 0 ? facts.Reason
        : facts.PolicyReason.Length > 0 ? $"the policy for client certificates is not known: {facts.PolicyReason}"
        : installation.Parameters.Smtpd.EffectiveTimeoutSeconds == 0
            ? "there are no tickets: smtpd_tls_session_cache_timeout is 0"
        : SmtpdServices.CipherOf(installation.Store).Length == 0
            ? "there are no tickets: tls_session_ticket_cipher is empty"
        : IsWithoutTickets(installation)
            ? $"there are no tickets: {Options} has {NoTicket}"
        : FindAddress(installation);

    /// <summary>Whether smtpd(8) resumes by its session cache alone.</summary>
    internal static bool IsWithoutTickets(Installation installation) =>
        installation.Store.ExpandOrRaw(Options).Contains(NoTicket, StringComparison.OrdinalIgnoreCase);

    private static string? FindAddress(Installation installation)
    {
        MailVersion release = SmtpdServices.ReleaseOf(installation);
        MasterCfEntry[] all = [.. SmtpdServices.Of(installation)];
        MasterCfEntry[] bound = [.. SmtpdServices.NamedByAddress(installation)];
        return SmtpdServices.BindsTickets(release) && bound.Length > 0 && bound.Length == all.Length
            ? $"Postfix {release} binds tickets to the service name {bound[0].Service} of master.cf, an address; "
                + $"add -n {CommonName} to its command on all hosts"
            : null;
    }
}
