using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Control.Output;
using TlsMgr.Native.Tls;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Pool;

/// <summary>
/// Takes a ticket at each of some hosts, and offers it at each of them: the proof that they share ticket keys.
/// </summary>
internal static class TicketTest
{
    /// <summary>Each pair of hosts is two connections.</summary>
    internal const int MaximumHosts = 16;

    private static readonly (string Name, TlsVersion Version)[] Versions =
        [("1.3", TlsVersion.Tls13), ("1.2", TlsVersion.Tls12)];

    /// <summary>Runs the test; returns whether every ticket was reused everywhere.</summary>
    /// <param name="words">HOST:PORT of each host.</param>
    /// <param name="output">The destination of the tables.</param>
    /// <param name="json">Whether to write JSON.</param>
    /// <exception cref="FatalException">A host is none, or there is no OpenSSL.</exception>
    internal static bool Run(string[] words, TextWriter output, bool json)
    {
        MailHost[] hosts = [.. words.Select(MailHost.Parse)];
        List<TicketOutcome> outcomes = [];
        foreach ((string name, TlsVersion version) in Versions)
        {
            using TlsClient client = TlsClient.Create(version)
                ?? throw new FatalException($"there is no OpenSSL with TLS {name} on this host (libssl.so.3)");
            TicketOutcome[] found = Offer(client, name, hosts);
            outcomes.AddRange(found);
            if (!json)
            {
                WriteTable(name, hosts, found, output);
            }
        }

        if (json)
        {
            WriteJson(outcomes, output);
        }

        return outcomes.TrueForAll(static outcome => outcome.Result == TicketOutcome.Reused);
    }

    /// <summary>Writes a table: rows are the hosts that gave a ticket, columns those where it was offered.</summary>
    internal static void WriteTable(string version, MailHost[] hosts, TicketOutcome[] outcomes, TextWriter output)
    {
        string[] title = [$"TLS {version}: from \\ at", .. hosts.Select(static host => host.Text)];
        IEnumerable<string[]> rows = outcomes.Chunk(hosts.Length)
            .Select(static row => (string[])[row[0].From.Text, .. row.Select(static outcome => outcome.Result)]);
        WrappedText.WriteTable(output, [title, .. rows], Terminal.Columns);
        foreach (string reason in outcomes.Where(static outcome => outcome.Reason.Length > 0)
            .Select(static outcome => $"{outcome.At.Text}: {outcome.Reason}").Distinct())
        {
            WrappedText.WriteSentence(output, reason, 2, Terminal.Columns);
        }

        output.WriteLine();
    }

    private static TicketOutcome[] Offer(TlsClient client, string version, MailHost[] hosts)
    {
        Dictionary<MailHost, TlsSession?> tickets = [];
        Dictionary<MailHost, string> reasons = [];
        foreach (MailHost host in hosts.Where(host => !tickets.ContainsKey(host)))
        {
            TryRun(client, host, null, out _, out TlsSession? ticket, out string reason);
            tickets[host] = ticket;
            reasons[host] = reason;
        }

        TicketOutcome[] outcomes = [.. hosts.SelectMany(from => hosts.Select(at =>
            // A host that did not serve once is not waited for again.
            reasons[at].Length > 0 || reasons[from].Length > 0
                ? new TicketOutcome(version, from, at, TicketOutcome.Failed, reasons[at])
                : tickets[from] is { } ticket
                ? Offer(client, ticket, new TicketOutcome(version, from, at, TicketOutcome.New))
                : new TicketOutcome(version, from, at, TicketOutcome.NoTicket)))];
        foreach (TlsSession? ticket in tickets.Values)
        {
            ticket?.Dispose();
        }

        return outcomes;
    }

    private static TicketOutcome Offer(TlsClient client, TlsSession ticket, TicketOutcome outcome)
    {
        bool isDone = TryRun(client, outcome.At, ticket, out bool isReused, out TlsSession? next, out string reason);
        next?.Dispose();
        return !isDone ? outcome with { Result = TicketOutcome.Failed, Reason = reason }
            : isReused ? outcome with { Result = TicketOutcome.Reused }
            : outcome;
    }

    private static bool TryRun(
        TlsClient client, MailHost host, TlsSession? offered, out bool isReused, out TlsSession? ticket,
        out string reason)
    {
        isReused = false;
        ticket = null;
        reason = "";
        try
        {
            using MailConnection connection = new(client, host);
            isReused = connection.Run(offered, out ticket);
            return true;
        }
        catch (IOException fault)
        {
            reason = fault.Message;
            return false;
        }
    }

    private static void WriteJson(List<TicketOutcome> outcomes, TextWriter output) => JsonText.Write(output, writer =>
    {
        writer.WriteStartArray();
        foreach (TicketOutcome outcome in outcomes)
        {
            FieldList fields = new();
            fields.Add("tls", outcome.Version);
            fields.Add("from", outcome.From.Text);
            fields.Add("at", outcome.At.Text);
            fields.Add("result", outcome.Result);
            fields.Add("reason", outcome.Reason);
            fields.WriteJson(writer);
        }

        writer.WriteEndArray();
    });
}
