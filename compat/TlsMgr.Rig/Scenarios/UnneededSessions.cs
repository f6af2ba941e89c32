using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using TlsMgr.Rig.Observation;

namespace TlsMgr.Rig.Scenarios;

/// <summary>Servers that all give tickets: the sessions of TLS 1.3 that they store are not kept, and resume by ticket.</summary>
internal static partial class UnneededSessions
{
    /// <summary>The number of full handshakes.</summary>
    internal const int Handshakes = 1000;

    private const string NoTickets = "tls_ssl_options=NO_TICKET";
    private const string Tickets = "tls_ssl_options=";
    private const string OneClient = "-o max_use=1 ";

    [GeneratedRegex(@"^statistics: smtpd session cache: .*\bstores (?<stores>\d+) .*\bunneeded (?<unneeded>\d+) ")]
    private static partial Regex Figures { get; }

    /// <summary>
    /// Gives tickets at every server of the receiver, makes handshakes, compares the number of the cache's last
    /// transaction, and reads the statistics that the daemon logs when it is replaced. Returns the fault, or null.
    /// </summary>
    internal static string? FindFault(
        Rig rig, Func<CancellationToken, string?> reload, CancellationToken cancellation)
    {
        // Processes of smtpd that serve many clients, as by default: one for each takes four times the time.
        Configure(rig, masterCf => masterCf
            .Replace(NoTickets, Tickets, StringComparison.Ordinal).Replace(OneClient, "", StringComparison.Ordinal));
        if (reload(cancellation) is { } fault)
        {
            return fault;
        }

        int mark = rig.Receiver.Log.Read().Count;
        Scenario scenario = rig.Scenarios.Single(
            static scenario => scenario is { Protocol: "TLSv1.3", UsesTickets: true });
        return CommitsFault(rig, scenario, cancellation) ?? ResumptionFault(rig, scenario, cancellation)
            ?? reload(cancellation) ?? FiguresFault(rig, mark, cancellation);
    }

    private static string? CommitsFault(Rig rig, Scenario scenario, CancellationToken cancellation)
    {
        string cache = Path.Combine(rig.Receiver.DataDirectory, "smtpd_scache.lmdb");
        int mark = rig.Receiver.Log.Read().Count;
        long before = CacheCommits.LastNumber(cache);
        new FullHandshakes(scenario.Port, rig.Certificates).Make(Handshakes, cancellation);
        long commits = CacheCommits.LastNumber(cache) - before;
        int resumed = rig.Receiver.Log.Read(mark).Count(
            static line => line.Text.Contains(": Reusing old session", StringComparison.Ordinal));
        return resumed > 0 ? $"{resumed} of {Handshakes} handshakes resumed a session"
            : commits > 0 ? $"{Handshakes} handshakes made {commits} commits"
            : null;
    }

    private static string? ResumptionFault(Rig rig, Scenario scenario, CancellationToken cancellation) =>
        OpenSslClient.Connect(rig, scenario, isSecond: false, cancellation).Fault
        ?? OpenSslClient.Connect(rig, scenario, isSecond: true, cancellation).Fault;

    private static string? FiguresFault(Rig rig, int mark, CancellationToken cancellation)
    {
        LogLine? line = rig.Receiver.Log.Await(static line => Figures.IsMatch(line.Text), cancellation, mark);
        Match figures = Figures.Match(line?.Text ?? "");
        return !figures.Success ? "no statistics in the log"
            : figures.Groups["stores"].Value == "0" && int.Parse(figures.Groups["unneeded"].ValueSpan) >= Handshakes
            ? null
            : line!.Text;
    }

    private static void Configure(Rig rig, Func<string, string> change)
    {
        string path = Path.Combine(rig.Receiver.ConfigDirectory, "master.cf");
        File.WriteAllText(path, change(File.ReadAllText(path)));
    }
}
