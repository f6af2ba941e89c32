// The verb bench: some seconds of load by several clients at once, one kind of request after the other, of those kinds
// that change nothing. A running mail system feels it. Must never store or delete a session.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using CommandLine;
using TlsMgr.Control.Output;
using TlsMgr.Control.Client;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>Measures the daemon.</summary>
[Verb("bench", HelpText = "Put some seconds of load on the daemon, by requests that change nothing.")]
internal sealed class BenchVerb : InstallationVerb
{
    private const int MostSeconds = 60;
    private const int UsualSeconds = 3;
    private const string Cache = "smtpd";
    private const int MostClients = 64;
    private const int UsualClients = 4;
    private const string Row = "{0,-8}{1,10}{2,12}{3,12}{4,12}{5,12}";

    // What smtpd(8) would ask; the id is one that no client makes, so that a lookup finds nothing.
    private static readonly (string Name, Action<ServiceConnection> Send)[] Requests =
    [
        ("seed", static connection => ServiceRequests.Seed(connection, 32)),
        ("policy", static connection => ServiceRequests.Policy(connection, Cache)),
        ("lookup", static connection => ServiceRequests.Lookup(connection, Cache, "tlsmgrctl&bench"u8)),
    ];

    [Option("seconds", Min = 1, Max = 1, MetaValue = "SECONDS", HelpText = "How long altogether, 1 to 60. Default: 3.")]
    public IEnumerable<string> Seconds { get; set; } = [];

    [Option("clients", Min = 1, Max = 1, MetaValue = "CLIENTS", HelpText = "How many at once, 1 to 64. Default: 4.")]
    public IEnumerable<string> Clients { get; set; } = [];

    internal override void Execute(TextWriter output, Log log)
    {
        int seconds = ReadNumber(Seconds, "number of seconds", MostSeconds) ?? UsualSeconds;
        int clients = ReadNumber(Clients, "number of clients", MostClients) ?? UsualClients;
        string path = Installation.Load(Directory, log).ServiceSocket;
        if (!IsCachable(path))
        {
            log.Warning($"the {Cache} cache is off: lookup shows how fast that is answered");
        }

        TimeSpan share = TimeSpan.FromSeconds(seconds) / Requests.Length;
        LoadResult[] results =
            [.. Requests.Select(request => LoadRun.Execute(path, request.Name, request.Send, clients, share))];
        if (Json)
        {
            WriteJson(output, seconds, clients, results);
        }
        else
        {
            WriteTable(output, results);
        }
    }

    private static bool IsCachable(string path)
    {
        using ServiceConnection connection = ServiceConnection.Open(path);
        return ServiceRequests.Policy(connection, Cache).IsCachable;
    }

    private static void WriteJson(
        TextWriter output, int seconds, int clients, LoadResult[] results) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("seconds", seconds);
        writer.WriteNumber("clients", clients);
        writer.WriteStartArray("requests");
        foreach (LoadResult result in results)
        {
            FieldList fields = new();
            fields.Add("request", result.Name);
            fields.Add("count", result.Count);
            fields.Add("per_second", result.PerSecond);
            fields.AddMilliseconds("median_milliseconds", result.MedianMilliseconds);
            fields.AddMilliseconds("p99_milliseconds", result.Percentile99Milliseconds);
            fields.AddMilliseconds("longest_milliseconds", result.LongestMilliseconds);
            fields.WriteJson(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void WriteTable(TextWriter output, LoadResult[] results)
    {
        output.WriteLine(Row, "request", "count", "per second", "median", "99 %", "longest");
        foreach (LoadResult result in results)
        {
            output.WriteLine(
                Row, result.Name, result.Count, result.PerSecond, Time(result.MedianMilliseconds),
                Time(result.Percentile99Milliseconds), Time(result.LongestMilliseconds));
        }
    }

    private static string Time(double milliseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.000} ms");
}
