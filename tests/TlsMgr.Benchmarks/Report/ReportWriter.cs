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

        output.WriteLine($"- {plan.Rounds} rounds of {plan.MeasurementMilliseconds} ms for each figure and server, in turns");
        WriteText(
            "- main.cf: lmdb_map_size = 268435456, without which C lmdb keeps nothing more; no statistics of this daemon;",
            "  of the cache of a million sessions, which its size limit would not allow: no such limit, and a timeout of",
            "  120 s. Status messages are read each millisecond, as if master(8) were never woken by one");
        WriteTargets(verdicts);
        WriteThroughput();
        WriteSystemCalls();
        WriteDaemons();
        WriteOthers();
    }

    private void WriteTargets(IReadOnlyList<Verdict> verdicts)
    {
        WriteText("## Targets");
        WriteText(
            "With 16 connections unless said. Ratios are made within each round. Memory and system calls are measured",
            "once.",
            Verdict.Rule,
            "Allocated bytes per request are no figure of this table: TurnTests and RequestTests keep them at 0",
            "in `make check`, for sessions of up to 5,000 bytes.");
        MarkdownTable table = new("figure", "target", "measured", "rounds", "verdict");
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
            "between the lowest and the highest of what stands before it. Times in microseconds; CPU of the server,",
            "the program's and the kernel's part of it as the kernel's ticks have them, and of the load generator,",
            "per request.");
        MarkdownTable table = new(
            "verb", "connections", "server", "requests/s", "±", "p50", "p99", "±", "p99.9", "CPU", "±",
            "user", "system", "generator's CPU");
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
        Series p99 = Of(static result => result.P99);
        Series processor = Of(static result => result.ServerMicroseconds);
        return
        [
            verb, connections.ToString(CultureInfo.InvariantCulture), server.Name, Number(rate.Median, "0"),
            Spread(rate),
            Number(Of(static result => result.P50).Median, "0.0"),
            Number(p99.Median, "0.0"), Spread(p99),
            Number(Of(static result => result.P999).Median, "0.0"),
            Number(processor.Median, "0.00"), Spread(processor),
            Number(Of(static result => result.UserMicroseconds).Median, "0.00"),
            Number(Of(static result => result.SystemMicroseconds).Median, "0.00"),
            Number(Of(static result => result.GeneratorMicroseconds).Median, "0.00"),
        ];
    }

    private void WriteSystemCalls()
    {
        WriteText("## System calls per request, 16 connections");
        WriteText(
            "Measured once. Not of deletes: the load stores again what it deletes, and both would be counted; the",
            "budgets of `make check` (SystemCallTests) count them. With one connection this daemon looks for the next",
            "request some twenty times before it sleeps, and not at all when that has been in vain.");
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
            "From exec to the first seed that is answered: without caches, and with three caches of 10,000 sessions of",
            "1,500 bytes that the daemon before has left. This one examines those files and keeps the sessions; the",
            "original empties them. Resident memory in MB, anonymous / all, measured once; busy is the highest with",
            $"three caches of 10,000 sessions and {Memory.BusyConnections} connections, pages of the cache files included.");
        MarkdownTable table = new("daemon", "first answer ms", "±", "with caches ms", "±", "idle", "busy");
        foreach ((ServerDefinition daemon, Memory memory) in results.Memories)
        {
            Series start = results.FirstAnswers[daemon];
            Series withCaches = results.FirstAnswersWithCaches[daemon];
            table.Add(
                daemon.Name, Number(start.Median, "0.0"), Spread(start), Number(withCaches.Median, "0.0"),
                Spread(withCaches), Text(memory.Idle), Text(memory.Busy));
        }

        table.Write(output);
    }

    private void WriteOthers()
    {
        WriteText("## What must not disturb others");
        WriteText(
            "The slowest of all requests of 16 clients, in milliseconds: median / largest of the rounds; of the sweep,",
            "of its seconds. Lookups beside sessions of 1 MiB; beside the sweep a mail server's mix, half of it to the",
            "cache that is swept. The targets judge the largest of all.");
        MarkdownTable table = new("disturbance", "without", "with");
        LargeSessions large = results.LargeSessions;
        table.Add(
            $"one client stores sessions of 1 MiB, {Number(large.StoredPerSecond.Median, "0")} a second",
            Text(large.SlowestAlone), Text(large.SlowestBeside));
        string reads = Number(large.ReadPerSecond.Median, "0");
        table.Add(
            $"{LargeSessions.Readers} clients look up sessions of 1 MiB, {reads} a second",
            Text(large.SlowestAlone), Text(large.SlowestBesideReaders));
        if (results.MillionSessions is { } million)
        {
            table.Add(
                "1,000,000 expired sessions are swept", Text(million.SlowestBeside), Text(million.SlowestDuring));
        }

        table.Write(output);
        string nanoseconds = Number(results.Counting.Median, "0.0");
        WriteText($"Counting takes {nanoseconds} ns of a lookup: its counter calls, in the benchmark's process.");
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

    private static string Spread(Series series) => Number(series.Spread * 100, "0") + " %";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
