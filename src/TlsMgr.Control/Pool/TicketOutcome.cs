namespace TlsMgr.Control.Pool;

/// <summary>What became of a ticket.</summary>
/// <param name="Version">The version of TLS: 1.3 or 1.2.</param>
/// <param name="From">The host that gave it.</param>
/// <param name="At">The host where it was offered.</param>
/// <param name="Result">reused, new, no ticket, failed.</param>
/// <param name="Reason">Why it failed; empty otherwise.</param>
internal sealed record TicketOutcome(string Version, MailHost From, MailHost At, string Result, string Reason = "")
{
    internal const string Reused = "reused";
    internal const string New = "new";
    internal const string NoTicket = "no ticket";
    internal const string Failed = "failed";
}
