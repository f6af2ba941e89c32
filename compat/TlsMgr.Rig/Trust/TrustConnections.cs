// The two kinds of connections: openssl s_client(1) with a certificate that wants to relay through the receiver, and a
// message of the sender's.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using TlsMgr.Rig.Scenarios;

namespace TlsMgr.Rig.Trust;

/// <summary>Connects and reads the logs.</summary>
internal static partial class TrustConnections
{
    private static int _messages;

    [GeneratedRegex(@"^(?<peer>\w+) TLS connection established ")]
    private static partial Regex Established { get; }

    /// <summary>Asks a receiver to relay; keeps the session in a file, or offers the one in that file.</summary>
    internal static TrustOutcome Relay(
        PostfixInstance receiver, Scenario scenario, string openSsl, TrustFiles files, string session, bool isFirst,
        CancellationToken cancellation)
    {
        int mark = receiver.Log.Read().Count;
        IReadOnlyList<string> output = OpenSslClient.Converse(
            openSsl,
            [
                "s_client", "-connect", $"127.0.0.1:{scenario.Port}", "-starttls", "smtp", "-crlf", "-ign_eof",
                scenario.OpenSslOption, "-cert", files.Client, "-key", files.Client, isFirst ? "-sess_out" : "-sess_in",
                session,
            ],
            ["noop", "mail from:<a@example.com>", "rcpt to:<b@relayed.example>", "quit"],
            cancellation);
        string program = $"receiver/{scenario.Service}/smtpd";
        LogLine end = receiver.Log.Await(
            line => line.Program == program && line.Text.StartsWith("disconnect from ", StringComparison.Ordinal),
            cancellation, mark)
            ?? throw new RigException($"{program} logged no end of the connection");
        return new TrustOutcome(
            output.Any(static line => line.StartsWith("Reused, ", StringComparison.Ordinal)),
            Peer(receiver.Log.Read(mark), end),
            output.Any(static line => line.Contains("250 2.1.5 ", StringComparison.Ordinal)));
    }

    /// <summary>Sends a message through the sender to the receiver.</summary>
    internal static TrustOutcome Deliver(Rig rig, Scenario scenario, CancellationToken cancellation)
    {
        string recipient = $"trust{++_messages}@{scenario.Domain}";
        int mark = rig.Sender.Log.Read().Count;
        LogLine end = rig.Sender.Deliver(recipient, cancellation);
        List<LogLine> lines = rig.Sender.Log.Read(mark);
        return new TrustOutcome(
            Of(lines, end).Any(static text => text.EndsWith(": Reusing old session", StringComparison.Ordinal)),
            Peer(lines, end),
            end.Text.Contains("status=sent ", StringComparison.Ordinal));
    }

    private static string Peer(List<LogLine> lines, LogLine end) =>
        Of(lines, end).Select(static text => Established.Match(text))
            .FirstOrDefault(static match => match.Success)?.Groups["peer"].Value ?? "no TLS";

    // A process serves one connection (max_use=1): its lines are about that one.
    private static IEnumerable<string> Of(List<LogLine> lines, LogLine end) =>
        lines.Where(line => line.Program == end.Program && line.Pid == end.Pid).Select(static line => line.Text);
}
