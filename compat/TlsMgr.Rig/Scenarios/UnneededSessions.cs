using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;

namespace TlsMgr.Rig.Scenarios;

/// <summary>Servers that all give tickets: the sessions of TLS 1.3 that they store are not kept, and resume by ticket.</summary>
internal static partial class UnneededSessions
{
    private const int Handshakes = 20;
    private const string NoTickets = "tls_ssl_options=NO_TICKET";
    private const string Tickets = "tls_ssl_options=";

    [GeneratedRegex(@"^statistics: smtpd session cache: .*\bstores (?<stores>\d+) .*\bunneeded (?<unneeded>\d+) ")]
    private static partial Regex Figures { get; }

    /// <summary>
    /// Gives tickets at every server of the receiver, makes handshakes, and reads the statistics that the daemon logs
    /// when it is replaced. Returns the fault, or null.
    /// </summary>
    internal static string? FindFault(
        Rig rig, Func<CancellationToken, string?> reload, CancellationToken cancellation)
    {
        string masterCf = Path.Combine(rig.Receiver.ConfigDirectory, "master.cf");
        File.WriteAllText(
            masterCf, File.ReadAllText(masterCf).Replace(NoTickets, Tickets, StringComparison.Ordinal));
        if (reload(cancellation) is { } fault)
        {
            return fault;
        }

        int mark = rig.Receiver.Log.Read().Count;
        Scenario scenario = rig.Scenarios.Single(static scenario => scenario.Protocol == "TLSv1.3");
        for (int i = 0; i < Handshakes; i++)
        {
            if (OpenSslClient.Connect(rig, scenario, isSecond: false, cancellation).Fault is { } difference)
            {
                return difference;
            }
        }

        return OpenSslClient.Connect(rig, scenario, isSecond: true, cancellation).Fault
            ?? reload(cancellation) ?? FiguresFault(rig, mark, cancellation);
    }

    private static string? FiguresFault(Rig rig, int mark, CancellationToken cancellation)
    {
        LogLine? line = rig.Receiver.Log.Await(static line => Figures.IsMatch(line.Text), cancellation, mark);
        Match figures = Figures.Match(line?.Text ?? "");
        return !figures.Success ? "no statistics in the log"
            : figures.Groups["stores"].Value == "0" && int.Parse(figures.Groups["unneeded"].ValueSpan) >= Handshakes
            ? null
            : line!.Text;
    }
}
