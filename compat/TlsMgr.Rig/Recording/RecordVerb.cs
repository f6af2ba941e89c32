using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Scenarios;
using TlsMgr.Testing;

namespace TlsMgr.Rig.Recording;

/// <summary>
/// The verb record: records the traffic of real clients for the replay tests, one file for each program, and the
/// requests of a host that receives mail for the benchmark.
/// </summary>
internal static class RecordVerb
{
    private const string Sessions = "sessions";
    private const string Receiving = "receiving";
    private const string Fingerprinter = "posttls-finger";
    private static readonly string[] Clients = ["smtp", "lmtp", "tlsproxy"];

    /// <summary>Returns the exit status: 0, or 1 when a program did not connect to tlsmgr.</summary>
    internal static int Execute(RecordOptions options, TextWriter output, CancellationToken cancellation)
    {
        bool hasAll = options.Only == Receiving || RecordSessions(options, output, cancellation);
        if (options.Only != Sessions)
        {
            ReceivingHost.Record(options, output, cancellation);
        }

        return hasAll ? 0 : 1;
    }

    private static bool RecordSessions(RecordOptions options, TextWriter output, CancellationToken cancellation)
    {
        using Rig rig = Rig.Start(options.TlsMgr, cancellation);
        using LmtpServer lmtp = new(rig.Certificates);
        using Relay receiver = new(rig.Receiver);
        using Relay sender = new(rig.Sender);
        foreach (string fault in ScenarioRunner.Run(rig, cancellation).Select(attempt => attempt.Fault).OfType<string>())
        {
            output.WriteLine($"warning: {fault}");
        }

        Deliver(rig, $"lmtp-tls:[127.0.0.1]:{lmtp.Port}", cancellation);
        Deliver(rig, $"smtp-reuse:[127.0.0.1]:{rig.Scenarios[^2].Port}", cancellation);
        RelayedConnection[] served = [.. receiver.Connections];
        Probe(rig, cancellation);
        string version = MailVersion(rig, cancellation);
        bool hasAll = Write(options, "smtpd", version, Of("smtpd", served), output);
        // posttls-finger does not use tlsmgr; the recording holds the traffic of the smtpd that it resumes a session
        // with.
        hasAll &= Write(options, Fingerprinter, version, Of("smtpd", receiver.Connections.Skip(served.Length)), output);
        foreach (string client in Clients)
        {
            hasAll &= Write(options, client, version, Of(client, sender.Connections), output);
        }

        return hasAll;
    }

    private static RelayedConnection[] Of(string program, IEnumerable<RelayedConnection> connections) =>
        [.. connections.Where(connection => connection.Client == program)];

    /// <summary>Delivers two messages by a transport; the second resumes the session that the first stored.</summary>
    private static void Deliver(Rig rig, string transport, CancellationToken cancellation)
    {
        Shell.Require(
            rig.Distribution.PostconfCommand,
            ["-c", rig.Sender.ConfigDirectory, "-e", $"default_transport = {transport}"], cancellation);
        rig.Sender.Reload(cancellation);
        foreach (string name in (string[])["first", "second"])
        {
            string recipient = $"{name}@{transport.Split(':')[0]}.other.test";
            rig.Sender.Submit(recipient, cancellation);
            AwaitDelivery(rig, recipient, 0, cancellation);
        }
    }

    /// <summary>Waits until a message is delivered; what was logged before the mark does not count.</summary>
    /// <exception cref="RigException">It is not delivered.</exception>
    internal static void AwaitDelivery(Rig rig, string recipient, int mark, CancellationToken cancellation)
    {
        LogLine? result = rig.Sender.Log.Await(
            line => line.Text.Contains($"to=<{recipient}>", StringComparison.Ordinal)
                && line.Text.Contains("status=", StringComparison.Ordinal),
            cancellation, mark);
        if (result?.Text.Contains("status=sent", StringComparison.Ordinal) != true)
        {
            throw new RigException($"{recipient} is not delivered: {result?.Text ?? "no attempt was logged"}");
        }
    }

    private static void Probe(Rig rig, CancellationToken cancellation)
    {
        string program = Shell.Find(Fingerprinter) ?? throw new RigException($"{Fingerprinter} is missing");
        Shell.Run(
            program, ["-c", "-l", "encrypt", "-r", "1", $"[127.0.0.1]:{rig.Scenarios[0].Port}"], cancellation,
            mailConfig: rig.Sender.ConfigDirectory);
    }

    /// <summary>The path of a fixture of this release.</summary>
    internal static string PathOf(RecordOptions options, string directory, string version, string ending) =>
        Path.Combine(options.Into, directory, $"postfix-{string.Join('.', version.Split('.').Take(2))}{ending}.txt");

    internal static string MailVersion(Rig rig, CancellationToken cancellation) =>
        Shell.Require(rig.Distribution.PostconfCommand, ["-d", "-h", "mail_version"], cancellation).Trim();

    private static bool Write(
        RecordOptions options, string program, string version, RelayedConnection[] connections, TextWriter output)
    {
        if (connections.Length == 0)
        {
            output.WriteLine($"{program}: did not connect to tlsmgr");
            return false;
        }

        string path = PathOf(options, "sessions", version, $"-{program}");
        File.WriteAllLines(path, [.. Header(options, program, version), .. connections.SelectMany(Lines)]);
        output.WriteLine($"{path}: {connections.Length} connections");
        return true;
    }

    private static IEnumerable<string> Header(RecordOptions options, string program, string version) =>
    [
        $"# Postfix version {version}",
        $"# command: make record; {program} with {Path.GetFileName(options.TlsMgr)}, both of the distribution",
        string.Create(CultureInfo.InvariantCulture, $"# date: {DateTime.UtcNow:yyyy-MM-dd}"),
        "# escapes: \\xHH and \\\\ ; each line is one read() chunk as relayed",
        "",
    ];

    private static IEnumerable<string> Lines(RelayedConnection connection, int index)
    {
        yield return $"## connection {index + 1} from {connection.Client}";
        foreach (RelayedChunk chunk in connection.Chunks)
        {
            yield return $"{(chunk.FromClient ? 'C' : 'S')}: {Escape(chunk.Bytes)}";
        }
    }

    /// <summary>Escapes bytes; a backslash is doubled, as in the older recordings.</summary>
    private static string Escape(byte[] bytes) =>
        WireRecording.Escape(bytes).Replace(@"\x5c", @"\\", StringComparison.Ordinal);
}
