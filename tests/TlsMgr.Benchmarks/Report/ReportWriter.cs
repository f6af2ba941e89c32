// The report of a run: the targets with their verdicts, then all figures.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Report;

/// <summary>Writes the tables.</summary>
internal sealed class ReportWriter(Results results, TextWriter output)
{
    internal void Write(IReadOnlyList<Verdict> verdicts, IEnumerable<string> machine, Plan plan)
    {
        WriteText("# The benchmark");
        WriteText("Written by `make bench`; not to be edited by hand.");
        foreach (string fact in machine)
        {
            output.WriteLine($"- {fact}");
        }

        WriteText($"- {plan.Rounds} rounds of {plan.MeasurementMilliseconds} ms for each figure and server, in turns");
        WriteTargets(verdicts);
        WriteThroughput();
        WriteSystemCalls();
        WriteDaemons();
        WriteOthers();
    }

    private void WriteTargets(IReadOnlyList<Verdict> verdicts)
    {
        WriteText("## Targets");
        WriteText("With 16 connections unless said. A ratio is the median of the ratios within each round.");
        MarkdownTable table = new("figure", "target", "measured", "verdict");
        foreach (Verdict verdict in verdicts)
        {
            table.Add(verdict.Cells);
        }

        table.Write(output);
    }

    private void WriteThroughput()
    {
        WriteText("## Under load");
        WriteText(
            "10,000 keys of 64 characters, sessions of 1,500 bytes. Medians of the rounds; ± is half the distance",
            "between the lowest and the highest. Times in microseconds; CPU of the server and of the load generator,",
            "per request.");
        MarkdownTable table = new(
            "verb", "connections", "server", "requests/s", "±", "p50", "p99", "p99.9", "CPU", "generator's CPU");
        foreach (string verb in Verbs.All)
        {
            foreach (int connections in Throughput.ConnectionCounts)
            {
                foreach (ServerDefinition server in results.Servers.Where(server => server.Verbs.Contains(verb)))
                {
                    table.Add(ThroughputRow(server, verb, connections));
                }
            }
        }

        table.Write(output);
    }

    private string[] ThroughputRow(ServerDefinition server, string verb, int connections)
    {
        Series Of(Func<LoadResult, double> figure) => results.Throughput.Of(server, verb, connections, figure);
        Series rate = Of(static result => result.RequestsPerSecond);
        return
        [
            verb, connections.ToString(CultureInfo.InvariantCulture), server.Name, Number(rate.Median, "0"),
            Number(rate.Spread * 100, "0") + " %",
            Number(Of(static result => result.P50).Median, "0.0"),
            Number(Of(static result => result.P99).Median, "0.0"),
            Number(Of(static result => result.P999).Median, "0.0"),
            Number(Of(static result => result.ServerMicroseconds).Median, "0.00"),
            Number(Of(static result => result.GeneratorMicroseconds).Median, "0.00"),
        ];
    }

    private void WriteSystemCalls()
    {
        WriteText("## System calls per request, 16 connections");
        string[] verbs = [.. results.SystemCalls.Keys.Select(static place => place.Verb).Distinct()];
        MarkdownTable table = new(["server", .. verbs]);
        foreach (ServerDefinition server in results.Servers)
        {
            table.Add([server.Name, .. verbs.Select(verb =>
                results.SystemCalls.TryGetValue((server, verb), out double calls) ? Number(calls, "0.0") : "")]);
        }

        table.Write(output);
    }

    private void WriteDaemons()
    {
        WriteText("## Start and memory");
        WriteText(
            "From exec to the first seed that is answered, without caches. Resident memory in MB, anonymous / all;",
            $"busy is the highest with three caches of 10,000 sessions and {Memory.BusyConnections} connections, pages",
            "of the cache files included.");
        MarkdownTable table = new("daemon", "first answer ms", "±", "idle", "busy");
        foreach ((ServerDefinition daemon, Memory memory) in results.Memories)
        {
            Series start = results.FirstAnswers[daemon];
            table.Add(
                daemon.Name, Number(start.Median, "0.0"), Number(start.Spread * 100, "0") + " %", Text(memory.Idle),
                Text(memory.Busy));
        }

        table.Write(output);
    }

    private void WriteOthers()
    {
        WriteText("## What must not disturb others");
        WriteText(
            "The slowest of all lookups of 16 clients, in milliseconds: median / largest of the rounds; of the sweep, of",
            "its seconds. What else the machine does makes single lookups slow with and without, so the targets judge",
            "the medians; the largest show what one run cannot tell apart.");
        MarkdownTable table = new("disturbance", "without", "with");
        LargeSessions large = results.LargeSessions;
        table.Add(
            $"one client stores sessions of 1 MiB, {Number(large.StoredPerSecond.Median, "0")} a second",
            Text(large.SlowestAlone), Text(large.SlowestBeside));
        if (results.MillionSessions is { } million)
        {
            table.Add(
                "1,000,000 expired sessions are swept", Text(million.SlowestBeside), Text(million.SlowestDuring));
        }

        table.Write(output);
    }

    /// <summary>A paragraph, or a heading.</summary>
    private void WriteText(params string[] lines)
    {
        foreach (string line in lines)
        {
            output.WriteLine(line);
        }

        output.WriteLine();
    }

    private static string Text(Series series) => $"{Number(series.Median, "0.0")} / {Number(series.Largest, "0.0")}";

    private static string Text(MemoryUse memory) =>
        $"{Number(memory.Anonymous, "0.0")} / {Number(memory.Total, "0.0")}";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
