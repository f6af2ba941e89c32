using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb bench: some seconds of load by concurrent clients, one kind of request after the other. Invariant: the
/// requests change nothing in the daemon.
/// </summary>
[Verb("bench", HelpText = "Put some seconds of load on the daemon, by requests that change nothing.")]
internal sealed class BenchVerb : InstallationVerb
{
    private const int MaximumSeconds = 60;
    private const int DefaultSeconds = 3;
    private const string Cache = "smtpd";
    private const int MaximumClients = 64;
    private const int DefaultClients = 4;
    private const string Row = "{0,-8}{1,10}{2,12}{3,12}{4,12}{5,12}";

    // Requests of smtpd(8); no client makes this id, so that the lookup finds nothing.
    private static readonly (string Name, Action<ServiceConnection> Send)[] Requests =
    [
        ("seed", static connection => ServiceRequests.Seed(connection, 32)),
        ("policy", static connection => ServiceRequests.Policy(connection, Cache)),
        ("lookup", static connection => ServiceRequests.Lookup(connection, Cache, ServiceRequests.BenchmarkId)),
    ];

    [Option("seconds", Min = 1, Max = 1, MetaValue = "SECONDS", HelpText = "The total time, 1 to 60. Default: 3.")]
    public IEnumerable<string> Seconds { get; set; } = [];

    [Option("clients", Min = 1, Max = 1, MetaValue = "CLIENTS",
        HelpText = "The number of concurrent clients, 1 to 64. Default: 4.")]
    public IEnumerable<string> Clients { get; set; } = [];

    internal override void Execute(TextWriter output, Log log)
    {
        int seconds = ReadNumber(Seconds, "number of seconds", MaximumSeconds) ?? DefaultSeconds;
        int clients = ReadNumber(Clients, "number of clients", MaximumClients) ?? DefaultClients;
        string path = Installation.Load(Directory, log).ServiceSocket;
        if (!IsCachable(path))
        {
            log.Warning($"the {Cache} cache is off: lookup measures only how fast that is reported");
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

    /// <summary>Writes the results as one JSON object.</summary>
    internal static void WriteJson(
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

    /// <summary>Writes the results as a table.</summary>
    internal static void WriteTable(TextWriter output, LoadResult[] results)
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
