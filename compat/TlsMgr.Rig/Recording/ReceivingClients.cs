using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using TlsMgr.Rig.Scenarios;

namespace TlsMgr.Rig.Recording;

/// <summary>The clients of a host that receives mail: openssl s_client(1) of several kinds, and smtp(8).</summary>
internal sealed class ReceivingClients(Rig rig)
{
    private const int Rounds = 40;

    /// <summary>The connections of each round; they are made at the same time.</summary>
    private static readonly Kind[] Round =
    [
        new("TLS 1.3, full", "-tls1_3", [], _ => false), new("TLS 1.3, full", "-tls1_3", [], _ => false),
        new("TLS 1.3, full", "-tls1_3", [], _ => false), new("TLS 1.3, full", "-tls1_3", [], _ => false),
        new("TLS 1.3, resumed", "-tls1_3", [], static round => round > 0),
        new("TLS 1.2 with tickets, every other resumed", "-tls1_2", [], IsOdd),
        new("TLS 1.2 without tickets, every other resumed", "-tls1_2", ["-no_ticket"], IsOdd),
    ];

    /// <summary>Messages that smtp(8) delivers in each round, at its own time, with sessions from its cache.</summary>
    private const int Messages = 3;

    /// <summary>A kind of client.</summary>
    /// <param name="Title">What it does, for people.</param>
    /// <param name="Version">The option of s_client(1) for its version of TLS.</param>
    /// <param name="Options">Other options.</param>
    /// <param name="Resumes">Whether it offers its session of an earlier round in this one.</param>
    private sealed record Kind(string Title, string Version, string[] Options, Func<int, bool> Resumes);

    /// <summary>What the clients are, one line each.</summary>
    internal static IEnumerable<string> Titles =>
    [
        .. Round.GroupBy(static kind => kind.Title).Select(static kinds => $"{kinds.Count() * Rounds} {kinds.Key}"),
        $"{Messages * Rounds} smtp(8) with a session cache",
    ];

    /// <summary>Makes all connections.</summary>
    /// <param name="port">The port of smtpd(8).</param>
    /// <param name="cancellation">Ends them.</param>
    /// <exception cref="RigException">A client had no handshake, or a message was not delivered.</exception>
    internal void Connect(int port, CancellationToken cancellation)
    {
        for (int round = 0; round < Rounds; round++)
        {
            int mark = rig.Sender.Log.Read().Count;
            string[] recipients = [.. Enumerable.Range(0, Messages).Select(i => $"r{round}-{i}@rig.test")];
            Array.ForEach(recipients, recipient => rig.Sender.Submit(recipient, cancellation));
            Parallel.For(0, Round.Length, i => Connect(port, i, round, cancellation));
            Array.ForEach(recipients, recipient => RecordVerb.AwaitDelivery(rig, recipient, mark, cancellation));
        }
    }

    private void Connect(int port, int client, int round, CancellationToken cancellation)
    {
        Kind kind = Round[client];
        Scenario scenario = new(kind.Title, "receiving", "", kind.Version, UsesTickets: true, port);
        string session = Path.Combine(rig.DirectoryPath, $"client-{client}.session");
        bool resumes = kind.Resumes(round);
        List<string> output = OpenSslClient.Converse(
            rig.Distribution.OpenSslCommand,
            [.. OpenSslClient.Arguments(rig, scenario), .. kind.Options, resumes ? "-sess_in" : "-sess_out", session],
            ["noop", "quit"], cancellation);
        string expected = resumes ? "Reused, " : "New, ";
        if (!output.Exists(line => line.StartsWith(expected, StringComparison.Ordinal)))
        {
            throw new RigException(
                $"{kind.Title}, round {round}: openssl does not report {expected.TrimEnd(',', ' ')}");
        }
    }

    private static bool IsOdd(int round) => round % 2 == 1;
}
