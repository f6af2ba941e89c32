// openssl s_client(1) as the SMTP client: independent of Postfix's own TLS client.
// Invariant: its output, which holds session secrets, is parsed and not printed.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace TlsMgr.Rig.Scenarios;

/// <summary>Connects twice, saving the session and then offering it.</summary>
internal static partial class OpenSslClient
{
    /// <summary>The line in which s_client reports the kind of handshake.</summary>
    [GeneratedRegex(@"^(?<kind>New|Reused), (?<protocol>\S+), Cipher is (?<cipher>\S+)$")]
    private static partial Regex Outcome { get; }

    /// <summary>
    /// The reply to a command, in contrast to that to EHLO, which comes before TLS. It can follow an unfinished line of
    /// the ticket's dump, which s_client(1) buffers.
    /// </summary>
    [GeneratedRegex(@"\d{3} \d\.\d+\.\d+ ")]
    private static partial Regex Reply { get; }

    /// <summary>The arguments of s_client(1) for a scenario, without those about sessions.</summary>
    internal static IReadOnlyList<string> Arguments(Rig rig, Scenario scenario) =>
    [
        "s_client", "-connect", $"127.0.0.1:{scenario.Port}", "-starttls", "smtp", "-crlf", "-ign_eof",
        "-CAfile", rig.Certificates.CertificateFile, "-verify_return_error", scenario.OpenSslOption,
    ];

    internal static Handshake Connect(Rig rig, Scenario scenario, bool isSecond, CancellationToken cancellation)
    {
        string session = Path.Combine(rig.DirectoryPath, $"{scenario.Service}.session");
        int mark = rig.Receiver.Log.Read().Count;
        List<string> output = Converse(
            rig.Distribution.OpenSslCommand,
            [.. Arguments(rig, scenario), isSecond ? "-sess_in" : "-sess_out", session], ["noop", "quit"], cancellation);
        Match match = output.Select(static line => Outcome.Match(line)).FirstOrDefault(static match => match.Success)
            ?? throw new RigException($"openssl reports no handshake: {string.Join(" | ", output.Take(5))}");
        if (!output.Exists(static line => line.StartsWith("221 ", StringComparison.Ordinal)))
        {
            throw new RigException("smtpd did not reply to QUIT inside TLS");
        }

        return new Handshake(
            scenario, "openssl", isSecond, match.Groups["kind"].Value == "Reused",
            ServerSide.Observe(rig.Receiver.Log, mark, scenario, cancellation),
            match.Groups["protocol"].Value, match.Groups["cipher"].Value);
    }

    /// <summary>Sends each command after the reply to the previous one; returns the lines of the output.</summary>
    /// <remarks>
    /// The tickets of TLS 1.3 follow the handshake: a client that has read a reply has read them. The commands are in
    /// lower case because s_client takes a line that begins with Q or R for one of its own commands.
    /// </remarks>
    internal static List<string> Converse(
        string program, string[] arguments, string[] commands, CancellationToken cancellation)
    {
        Queue<string> left = new(commands);
        using Process client = Shell.Start(program, arguments);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Deadline.Limit);
        List<string> output = [];
        try
        {
            Task<string> errorOutput = client.StandardError.ReadToEndAsync(limit.Token);
            WriteCommand(client, left.Dequeue());
            while (client.StandardOutput.ReadLineAsync(limit.Token).AsTask().GetAwaiter().GetResult() is string line)
            {
                output.Add(line);
                if (Reply.IsMatch(line) && left.TryDequeue(out string? command))
                {
                    WriteCommand(client, command);
                }
            }

            output.AddRange(errorOutput.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries));
            return output;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RigException($"openssl and smtpd did not finish within {Deadline.Limit.TotalSeconds} seconds");
        }
        finally
        {
            Shell.Kill(client);
        }
    }

    private static void WriteCommand(Process client, string command)
    {
        try
        {
            client.StandardInput.WriteLine(command);
            client.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has exited: its output gives the reason.
        }
    }
}
