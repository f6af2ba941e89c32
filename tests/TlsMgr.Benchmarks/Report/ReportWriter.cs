using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Report;

/// <summary>Writes the report: the targets with their verdicts, the ratios to the baseline, all figures.</summary>
internal sealed class ReportWriter(Results results, TextWriter output)
{
    internal void Write(IReadOnlyList<Verdict> verdicts, IEnumerable<string> facts, Plan plan)
    {
        WriteText("# The benchmark");
        WriteText("Written by `make bench`; not to be edited by hand.");
        foreach (string fact in facts)
        {
            output.WriteLine($"- {fact}");
        }

        WriteText(
            $"- {plan.Rounds} rounds of {plan.MeasurementMilliseconds} ms for each figure and server, in turns",
            "- main.cf: lmdb_map_size = 268435456, without which C lmdb stores no more sessions; no statistics of",
            "  TlsMgr; the cache of a million sessions has no size limit and a timeout of 120 s. Status messages are",
            "  read every millisecond, so that none wakes the benchmark's master");
        WriteTargets(verdicts);
        WriteBaseline();
        WriteThroughput();
        WriteSystemCalls();
        WriteDaemons();
        WriteText(GrowthTable.Description);
        GrowthTable.Write(results.Growth, output);
        WriteText(StartTables.Description);
        StartTables.Write(results.Starts, output);
        WriteShared(results.Shared);
        WriteInterference();
    }

    private void WriteShared(SharedSessions shared)
    {
        WriteText("## Shared sessions");
        WriteText(
            $"{SharedSessions.Hosts} hosts with tlsmgr and tlspool, one redis-server, all on this machine; sessions of 180 bytes, each",
            "round with others. The bare loops are StackExchange.Redis in the benchmark's process, with the same server, size",
            "and number of requests at a time.");
        MarkdownTable table = new("figure", "median", "rounds");
        Add("found at a host at random, %", shared.Found, "0.0");
        Add("of these at the host that stored it, %", shared.FoundAlone, "0.0");
        Add("lookup that the pool answers, p50, µs", shared.LookupMicroseconds, "0");
        Add("against a bare GET", shared.Lookup, "0.00");
        Add("CPU of tlsmgr and tlspool per stored session, µs", shared.StoreMicroseconds, "0.0");
        Add("of these by tlsmgr, as for a session that is not shared, µs", shared.LocalMicroseconds, "0.0");
        Add("against a bare SET", shared.Store, "0.00");
        table.Write(output);
        output.WriteLine();

        void Add(string figure, Series series, string format) => table.Add(
            figure, Format.Number(series.Median, format),
            $"{Format.Number(series.Lowest, format)} to {Format.Number(series.Highest, format)}");
    }

    private void WriteTargets(IReadOnlyList<Verdict> verdicts)
    {
        WriteText("## Targets");
        WriteText(
            "With 16 connections unless the row says otherwise. C is Postfix's tlsmgr. Ratios are taken within each",
            "round. Memory and system calls are measured once.",
            Verdict.Rule,
            "Allocated bytes per request are not in this table: TurnTests and RequestTests keep them at 0 in",
            "`make check`, for sessions of up to 5,000 bytes.");
        Verdict.Write(verdicts, output);
    }

    private void WriteBaseline()
    {
        WriteText("## Ratios to the baseline");
        WriteText(
            $"{results.Ours.Name} / {results.Baseline.Name}, both measured in this run: the median of the ratios of",
            "the rounds, and in brackets the lowest and the highest. A ratio without brackets is one of medians, where",
            "the two are not measured in the same rounds. More is better for rates; less for times, CPU, system calls",
            "and memory.");
        new BaselineTables(results, output).Write();
    }

    private void WriteThroughput()
    {
        WriteText("## Under load");
        WriteText(
            "10,000 keys of 64 characters, sessions of 1,500 bytes. Medians of the rounds; ± is half the distance",
            "between the lowest and the highest round of the column before it. Times in microseconds. CPU of the",
            "server per request, its parts in user mode and in the kernel by the kernel's ticks, and CPU of the load",
            "generator. The second floor has filters of system calls of the length and form of this build's, which",
            "allow everything.");
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
        WriteText(ReceivingTable.Description);
        ReceivingTable.Write(results, output);
    }

    private string[] ThroughputRow(ServerDefinition server, string verb, int connections)
    {
        Series Of(Func<LoadResult, double> figure) => results.Throughput.Of(server, verb, connections, figure);
        Series rate = Of(static result => result.RequestsPerSecond);
        Series p99 = Of(static result => result.P99);
        Series processor = Of(static result => result.ServerMicroseconds);
        return
        [
            verb, connections.ToString(CultureInfo.InvariantCulture), server.Name, Format.Number(rate.Median, "0"),
            Format.Spread(rate),
            Format.Number(Of(static result => result.P50).Median, "0.0"),
            Format.Number(p99.Median, "0.0"), Format.Spread(p99),
            Format.Number(Of(static result => result.P999).Median, "0.0"),
            Format.Number(processor.Median, "0.00"), Format.Spread(processor),
            Format.Number(Of(static result => result.UserMicroseconds).Median, "0.00"),
            Format.Number(Of(static result => result.SystemMicroseconds).Median, "0.00"),
            Format.Number(Of(static result => result.GeneratorMicroseconds).Median, "0.00"),
        ];
    }

    private void WriteSystemCalls()
    {
        WriteText("## System calls per request, 16 connections");
        WriteText(
            "Measured once, without deletes: the load stores again what it deletes, and both would be counted;",
            "SystemCallTests of `make check` count them. With one connection TlsMgr polls for the next request some",
            "twenty times before it sleeps, and sleeps at once after polls without an event.");
        string[] verbs = [.. results.SystemCalls.Keys.Select(static key => key.Verb).Distinct()];
        MarkdownTable table = new(["server", .. verbs]);
        foreach (ServerDefinition server in results.Servers)
        {
            table.Add([server.Name, .. verbs.Select(verb =>
                results.SystemCalls.TryGetValue((server, verb), out double calls) ? Format.Number(calls, "0.0") : "")]);
        }

        table.Write(output);
    }

    private void WriteDaemons()
    {
        WriteText("## Start and memory");
        WriteText(
            "From exec to the first reply to a seed request: without caches, and with three caches of 10,000 sessions",
            "of 1,500 bytes that the previous process left. TlsMgr examines those files and keeps the sessions;",
            "Postfix's tlsmgr empties them. Resident memory in MB, anonymous / all, measured once; busy is the highest",
            $"with three caches of 10,000 sessions and {Memory.BusyConnections} connections, pages of the cache files",
            "included.");
        MarkdownTable table = new("daemon", "first reply ms", "±", "with caches ms", "±", "idle", "busy");
        foreach ((ServerDefinition daemon, Memory memory) in results.Memories)
        {
            Series start = results.FirstReplies[daemon];
            Series withCaches = results.FirstRepliesWithCaches[daemon];
            table.Add(
                daemon.Name, Format.Number(start.Median, "0.0"), Format.Spread(start),
                Format.Number(withCaches.Median, "0.0"), Format.Spread(withCaches), Format.Memory(memory.Idle),
                Format.Memory(memory.Busy));
        }

        table.Write(output);
    }

    private void WriteInterference()
    {
        WriteText("## Interference");
        WriteText(
            "The slowest of all requests of 16 clients, in milliseconds: median / highest of the rounds, or of the",
            "seconds of a sweep. Lookups beside sessions of 1 MiB; a mail server's mix beside the sweep, half of it",
            "for the cache that is swept. The targets judge the highest.");
        MarkdownTable table = new("server", "interference", "without", "with");
        foreach (ServerDefinition server in new[] { results.Ours, results.Baseline })
        {
            AddInterference(table, server);
        }

        table.Write(output);
        string nanoseconds = Format.Number(results.Counting.Median, "0.0");
        WriteText($"Counting takes {nanoseconds} ns of a lookup: its counter calls, in the benchmark's process.");
    }

    private void AddInterference(MarkdownTable table, ServerDefinition server)
    {
        LargeSessions large = results.LargeSessions[server];
        string alone = Format.MedianAndHighest(large.SlowestAlone);
        string stores = Format.Number(large.StoredPerSecond.Median, "0");
        table.Add(
            server.Name, $"one client stores sessions of 1 MiB, {stores} a second",
            alone, Format.MedianAndHighest(large.SlowestBeside));
        string reads = Format.Number(large.ReadPerSecond.Median, "0");
        table.Add(
            server.Name, $"{LargeSessions.Readers} clients look up sessions of 1 MiB, {reads} a second",
            alone, Format.MedianAndHighest(large.SlowestBesideReaders));
        if (results.MillionSessions.TryGetValue(server, out MillionSessions? million))
        {
            table.Add(
                server.Name, "1,000,000 expired sessions are swept",
                Format.MedianAndHighest(million.SlowestBeside), Format.MedianAndHighest(million.SlowestDuring));
        }
    }

    /// <summary>Writes a paragraph or a heading.</summary>
    private void WriteText(params string[] lines)
    {
        foreach (string line in lines)
        {
            output.WriteLine(line);
        }

        output.WriteLine();
    }
}
