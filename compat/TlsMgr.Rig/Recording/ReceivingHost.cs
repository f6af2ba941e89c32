// The receiver becomes a host as a distribution makes it, but for its session cache: one smtpd service with the default
// settings, so that tickets are on and a process serves many clients.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Recording;

/// <summary>Records the sequence of requests that reaches tlsmgr at a host that receives mail.</summary>
internal static class ReceivingHost
{
    /// <summary>The clients of tlsmgr that count: master(8) wakes it as well, which is no request.</summary>
    private const string Server = "smtpd";

    /// <summary>Writes receiving/postfix-VERSION.txt.</summary>
    internal static void Record(RecordOptions options, TextWriter output, CancellationToken cancellation)
    {
        using Rig rig = Rig.Start(options.TlsMgr, cancellation);
        int port = rig.Scenarios[0].Port;
        Configure(rig, port, cancellation);
        using Relay relay = new(rig.Receiver);
        new ReceivingClients(rig).Connect(port, cancellation);
        string version = RecordVerb.MailVersion(rig, cancellation);
        string path = RecordVerb.PathOf(options, "receiving", version, "");
        string[] lines = [.. Lines(relay.Connections)];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, [.. Head(options, version), .. lines]);
        output.WriteLine($"{path}: {lines.Length} requests");
    }

    private static void Configure(Rig rig, int port, CancellationToken cancellation)
    {
        string masterCf = new MasterCf(rig.Distribution.Release).ForReceiver([]);
        File.WriteAllText(
            Path.Combine(rig.Receiver.ConfigDirectory, "master.cf"),
            masterCf + $"127.0.0.1:{port} inet n - {(rig.Distribution.Release.Jails ? "y" : "n")} - - smtpd\n");
        Shell.Require(
            rig.Distribution.PostconfCommand,
            [
                "-c", rig.Sender.ConfigDirectory, "-e",
                $"default_transport = {rig.Scenarios[^1].Service}:[127.0.0.1]:{port}",
            ],
            cancellation);
        rig.Receiver.Reload(cancellation);
        rig.Sender.Reload(cancellation);
    }

    private static IEnumerable<string> Head(RecordOptions options, string version) =>
    [
        $"# Requests to tlsmgr(8) at a host that receives mail. Postfix version {version}",
        $"# command: make record; smtpd with {Path.GetFileName(options.TlsMgr)}, both of the distribution",
        "# Default settings, so session tickets are on, and a session cache.",
        string.Create(CultureInfo.InvariantCulture, $"# date: {DateTime.UtcNow:yyyy-MM-dd}"),
        "# The clients were chosen, what smtpd asks for them was not. Connections of clients, about ten at a time:",
        .. ReceivingClients.Titles.Select(static title => $"#   {title}"),
        "# One line for each request, in the order of their arrival: connection to tlsmgr, verb, cache, number of the id,",
        "# bytes of the id or of the ticket key's name, bytes of the session or seed (of a lookup: returned), the session's",
        "# version of TLS; - for none.",
    ];

    private static IEnumerable<string> Lines(IReadOnlyList<RelayedConnection> connections)
    {
        Dictionary<string, int> ids = [];
        return connections
            .Where(static connection => connection.Client == Server)
            .SelectMany(static (connection, i) =>
                RecordedRequest.Of(connection).Select(request => (Connection: i + 1, Request: request)))
            .OrderBy(static pair => pair.Request.Order)
            .Select(pair => Line(pair.Connection, pair.Request, ids));
    }

    private static string Line(int connection, RecordedRequest request, Dictionary<string, int> ids)
    {
        int id = 0;
        bool isSession = request.Cache.Length > 0 && request.Id.Length > 0;
        if (isSession && !ids.TryGetValue(request.Id, out id))
        {
            ids[request.Id] = id = ids.Count + 1;
        }

        // The name of a ticket key is base64 text.
        int length = isSession ? request.Id.Length : Convert.FromBase64String(request.Id).Length;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{connection} {request.Verb} {OrNone(request.Cache)} {id} {length} {request.Bytes} ")
            + OrNone(request.Protocol);
    }

    private static string OrNone(string text) => text.Length == 0 ? "-" : text;
}
