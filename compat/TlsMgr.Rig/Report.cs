// Shows names and lengths; sessions and keys are left out, and session ids are cut to their first 8 digits.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using TlsMgr.Rig.Observation;
using TlsMgr.Rig.Scenarios;

namespace TlsMgr.Rig;

/// <summary>Writes the evidence as tables.</summary>
internal static partial class Report
{
    [GeneratedRegex("(?<start>[0-9A-F]{8})[0-9A-F]{24,}")]
    private static partial Regex LongHexadecimal { get; }

    internal static void Write(TextWriter output, Evidence evidence)
    {
        WriteScenarios(output, evidence.Attempts);
        WriteDaemons(output, evidence.Daemons);
        WriteRequests(output, evidence.Daemons);
        WriteFiles(output, evidence.Daemons);
        foreach (DaemonEvidence daemon in evidence.Daemons)
        {
            output.WriteLine();
            output.WriteLine($"Log lines of the {daemon.Instance.Name}'s tlsmgr");
            foreach (LogLine line in TlsMgrLines(daemon.Instance))
            {
                output.WriteLine($"  [{line.Pid}] {LongHexadecimal.Replace(line.Text, "${start}..")}");
            }
        }
    }

    /// <summary>Writes the commands that use and stop instances that were kept.</summary>
    internal static void WriteInstructions(TextWriter output, Rig rig)
    {
        output.WriteLine();
        output.WriteLine("Both instances are running. Connect (a second time with -sess_in in place of -sess_out):");
        foreach (Scenario scenario in rig.Scenarios)
        {
            string arguments = string.Join(' ', OpenSslClient.Arguments(rig, scenario));
            output.WriteLine($"  openssl {arguments} -sess_out {rig.DirectoryPath}/{scenario.Service}.session");
        }

        output.WriteLine("Send mail through the sender (discarded by the receiver):");
        foreach (Scenario scenario in rig.Scenarios)
        {
            output.WriteLine(
                $"  echo hello | MAIL_CONFIG={rig.Sender.ConfigDirectory} {rig.Distribution.SendmailCommand}"
                + $" anyone@{scenario.Domain}");
        }

        output.WriteLine("Watch:");
        output.WriteLine($"  tail -f {string.Join(' ', rig.Instances.Select(static instance => instance.LogPath))}");
        output.WriteLine("Stop and remove:");
        string stop = string.Join("; ", rig.Instances.Select(static instance => instance.CommandLine("stop")));
        output.WriteLine($"  {stop}; rm -r {rig.DirectoryPath}");
    }

    private static void WriteScenarios(TextWriter output, IReadOnlyList<Attempt> attempts)
    {
        TextTable table = new("scenario", "client", "handshake", "client says", "server says", "protocol", "cipher");
        foreach (Handshake handshake in attempts.Select(static attempt => attempt.Handshake).OfType<Handshake>())
        {
            table.Add(
                handshake.Scenario.Title, handshake.Client, handshake.IsSecond ? "second" : "first",
                handshake.ClientReused ? "reused" : "new", Handshake.Describe(handshake.Server),
                handshake.Protocol, handshake.Cipher);
        }

        output.WriteLine();
        table.Write(output);
    }

    private static void WriteDaemons(TextWriter output, IReadOnlyList<DaemonEvidence> daemons)
    {
        TextTable table = new(
            "tlsmgr of", "pid", "user", "root directory", "start to announcement", "seed", "resident", "anonymous");
        foreach (DaemonEvidence daemon in daemons)
        {
            if (daemon.Process is DaemonProcess process)
            {
                table.Add(
                    daemon.Instance.Name, process.Pid.ToString(CultureInfo.InvariantCulture),
                    User(daemon, process.UserIds[0]), process.RootDirectory,
                    Milliseconds(daemon.FirstReply.UntilAnnouncement), Milliseconds(daemon.FirstReply.UntilSeed),
                    $"{process.ResidentKib} KiB", $"{process.AnonymousKib} KiB");
            }
        }

        output.WriteLine();
        table.Write(output);
    }

    // Seeds and ticket keys leave no line in tlsmgr's log and are counted in its clients' logs: each new TLS engine has
    // requested a seed, and each process that issues or decrypts tickets has requested a key.
    private static void WriteRequests(TextWriter output, IReadOnlyList<DaemonEvidence> daemons)
    {
        TextTable table = new(
            "requests to", "lookup", "update", "delete", "seed, at least", "ticket key, at least");
        foreach (DaemonEvidence daemon in daemons)
        {
            List<LogLine> all = daemon.Instance.Log.Read();
            List<LogLine> own = TlsMgrLines(daemon.Instance);
            table.Add(
                daemon.Instance.Name, Count(own, "lookup "), Count(own, "put "), Count(own, "delete "),
                Count(all, "initializing the "), Processes(all, "ssuing session ticket", "ecrypting session ticket"));
        }

        output.WriteLine();
        table.Write(output);
    }

    private static void WriteFiles(TextWriter output, IReadOnlyList<DaemonEvidence> daemons)
    {
        TextTable table = new("file", "owner", "mode", "bytes");
        foreach (DaemonEvidence daemon in daemons)
        {
            foreach (DataFile file in daemon.Files)
            {
                table.Add(
                    $"{daemon.Instance.Name}/data/{file.Name}", User(daemon, file.Owner),
                    file.Mode, file.SizeBytes.ToString(CultureInfo.InvariantCulture));
            }
        }

        output.WriteLine();
        table.Write(output);
    }

    private static List<LogLine> TlsMgrLines(PostfixInstance instance) =>
        instance.Log.Read().FindAll(static line => line.Program.EndsWith("/tlsmgr", StringComparison.Ordinal));

    private static string Count(List<LogLine> lines, string start) =>
        lines.Count(line => line.Text.StartsWith(start, StringComparison.Ordinal))
            .ToString(CultureInfo.InvariantCulture);

    private static string Processes(List<LogLine> lines, params string[] texts) =>
        lines.Where(line => Array.Exists(texts, text => line.Text.Contains(text, StringComparison.Ordinal)))
            .Select(static line => line.Pid).Distinct().Count().ToString(CultureInfo.InvariantCulture);

    private static string User(DaemonEvidence daemon, uint id) =>
        id == daemon.Instance.MailOwner.UserId
            ? daemon.Instance.MailOwner.Name
            : id.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan? time) =>
        time is null ? "none" : string.Create(CultureInfo.InvariantCulture, $"{time.Value.TotalMilliseconds:F1} ms");
}
