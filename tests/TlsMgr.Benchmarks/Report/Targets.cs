using System;
using System.Collections.Generic;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Report;

/// <summary>Judges the results of a run: ratios within the run wherever a server to compare with exists.</summary>
internal sealed class Targets(Results results)
{
    private const int Busy = 16;
    private const int Crowded = 128;
    private const string Times = " ×";

    /// <summary>The longest delay of a request beside a sweep or a large session, in milliseconds.</summary>
    private const double DelayMilliseconds = 20;

    /// <summary>The factors by which this build is to be faster than the baseline.</summary>
    private static readonly (string Verb, double Factor)[] ComparedWithBaseline =
        [(Verbs.Lookup, 1.35), (Verbs.Update, 1.4), (Verbs.Delete, 1.4), (Verbs.Seed, 1.3)];

    private static readonly Func<LoadResult, double> Rate = static result => result.RequestsPerSecond;
    private static readonly Func<LoadResult, double> Cpu = static result => result.ServerMicroseconds;
    private static readonly Func<LoadResult, double> Median = static result => result.P50;

    private readonly ServerDefinition _ours = results.Ours;

    internal List<Verdict> Judge() =>
    [
        .. JudgeRates(), .. JudgeRequests(), .. JudgeStartAndMemory(),
        .. StartTables.Judge(results.Starts), .. JudgePool(results.Pool),
        .. JudgeShared(results.Shared), .. JudgeDelays(),
    ];

    /// <summary>Against two runs without a pool: a difference between these is none of the pool.</summary>
    private static IEnumerable<Verdict> JudgePool(PoolCost pool) =>
    [
        AtMost("ticket key, p50 with 1 connection in a pool, against the slower of two without", 1.1, Times,
            pool.Median),
        AtMost("ticket key, p99 with 1 connection in a pool, against the slower of two without", 1.1, Times, pool.P99),
        AtMost("start to first reply with a state of a pool that is a year old, against the slower of two without", 1.1,
            Times, pool.FirstSeed),
        AtMost("anonymous memory in a pool, above the larger of two without", 64, " KiB", pool.Kibibytes),
    ];

    private static IEnumerable<Verdict> JudgeShared(SharedSessions shared) =>
    [
        AtLeast($"sessions found at one of {SharedSessions.Hosts} hosts at random", 97, shared.Found) with { Unit = " %" },
        AtMost("lookup that the pool answers, p50, against a bare GET", 4, Times, shared.Lookup),
        AtMost("CPU of tlsmgr and tlspool per shared session, against a bare SET", 3, Times, shared.Store),
    ];

    private IEnumerable<Verdict> JudgeRates() =>
    [
        .. Array.ConvertAll(ComparedWithBaseline, compared => AtLeast(
            $"{compared.Verb}, requests/s, against the baseline", compared.Factor,
            Ratio(compared.Verb, results.Baseline, Busy, Rate))),
        AtLeast("lookup, requests/s, against C btree", 5.5, Ratio(Verbs.Lookup, ServerDefinition.Btree, Busy, Rate)),
        AtLeast("lookup, requests/s, against C lmdb", 3, Ratio(Verbs.Lookup, ServerDefinition.Lmdb, Busy, Rate)),
        AtLeast("lookup, requests/s, against the floor", 0.74, Ratio(Verbs.Lookup, ServerDefinition.Floor, Busy, Rate)),
        AtLeast("update, requests/s, against C btree", 17, Ratio(Verbs.Update, ServerDefinition.Btree, Busy, Rate)),
        AtLeast("update, requests/s, against C lmdb", 4, Ratio(Verbs.Update, ServerDefinition.Lmdb, Busy, Rate)),
        AtLeast("delete, requests/s, against C btree", 17, Ratio(Verbs.Delete, ServerDefinition.Btree, Busy, Rate)),
        AtLeast("seed, requests/s, against C btree", 2.5, Ratio(Verbs.Seed, ServerDefinition.Btree, Busy, Rate)),
        AtLeast("mix, requests/s, against C btree", 9, Ratio(Verbs.Mix, ServerDefinition.Btree, Busy, Rate)),
    ];

    private IEnumerable<Verdict> JudgeRequests() =>
    [
        .. Array.ConvertAll(Verbs.Judged, verb => AtMost(
            $"{verb}, p50 with 1 connection, against C btree, in every round", 0.4, Times,
            Ratio(verb, ServerDefinition.Btree, 1, Median)) with { JudgesHighest = true }),
        .. Array.ConvertAll(Verbs.Judged, verb => AtMost(
            $"{verb}, CPU per request with 1 connection, against C btree", 1, Times,
            Ratio(verb, ServerDefinition.Btree, 1, Cpu))),
        AtMost("lookup, p99 with 128 connections, against C btree", 0.5, Times,
            Ratio(Verbs.Lookup, ServerDefinition.Btree, Crowded, static result => result.P99)),
        AtMost("lookup, CPU per request, against C btree", 1 / 3.0, Times,
            Ratio(Verbs.Lookup, ServerDefinition.Btree, Busy, Cpu)),
        AtMost("lookup, CPU per request, against the baseline", 0.72, Times,
            Ratio(Verbs.Lookup, results.Baseline, Busy, Cpu)),
        AtMost("lookup, counting, share of its CPU", 1, " %", CountingPercent()),
        AtMost("lookup, system calls per request", 2.05, "", new Series(results.SystemCalls[(_ours, Verbs.Lookup)])),
    ];

    private IEnumerable<Verdict> JudgeStartAndMemory() =>
    [
        AtMost("start to first reply, against C", 2, Times,
            results.FirstReplies[_ours].RatioTo(results.FirstReplies[ServerDefinition.Btree])),
        AtMost("anonymous memory, idle", 12, " MB", new Series(results.Memories[_ours].Idle.Anonymous)),
        AtMost($"anonymous memory, {Memory.BusyConnections} connections and three caches of 10,000 sessions", 24, " MB",
            new Series(results.Memories[_ours].Busy.Anonymous)),
    ];

    private IEnumerable<Verdict> JudgeDelays()
    {
        LargeSessions large = results.LargeSessions[_ours];
        Flood flood = results.Floods[_ours];
        FullCache full = results.FullCaches[_ours];
        MillionSessions? million = results.MillionSessions.GetValueOrDefault(_ours);
        return
        [
            Delay("slowest lookup of all beside a client that stores 1 MiB", large.SlowestBeside),
            Delay($"slowest lookup of all beside {LargeSessions.Readers} clients that look up 1 MiB",
                large.SlowestBesideReaders),
            AtMost($"lookup, p99.9 beside {LargeSessions.Readers} clients that look up 1 MiB, against the baseline", 0.3,
                Times, large.P999BesideReaders.RatioTo(results.LargeSessions[results.Baseline].P999BesideReaders)),
            AtMost($"lookup, p99 of 1 client beside {Flood.Clients} that flood, against alone", 6, Times,
                flood.Beside.RatioTo(flood.Alone)),
            AtMost($"lookup, p99 of 1 client beside {Flood.Clients} that flood, against the baseline", 0.3, Times,
                flood.Beside.RatioTo(results.Floods[results.Baseline].Beside)),
            AtLeast("update in a cache at its limit, requests/s, against one below", 0.5,
                full.StoresAtLimit.RatioTo(full.StoresBelow)),
            AtLeast("lookup with 1,000,000 sessions, against 10,000", 0.85, million?.LookupRatio),
            Delay("slowest request of all while 1,000,000 sessions are swept", million?.SlowestDuring),
        ];
    }

    /// <summary>In percent, round by round.</summary>
    private Series CountingPercent()
    {
        Series lookup = results.Throughput.Of(
            _ours, Verbs.Lookup, Busy, static result => result.ServerMicroseconds * 1000 / 100);
        return results.Counting.RatioTo(lookup);
    }

    private Series Ratio(string verb, ServerDefinition other, int connections, Func<LoadResult, double> figure) =>
        results.Throughput.Of(_ours, verb, connections, figure)
            .RatioTo(results.Throughput.Of(other, verb, connections, figure));

    private static Verdict AtLeast(string figure, double bound, Series? measured) =>
        new(figure, Times, bound, IsLowerBound: true, measured);

    private static Verdict Delay(string figure, Series? milliseconds) =>
        AtMost(figure, DelayMilliseconds, " ms", milliseconds) with { JudgesHighest = true };

    private static Verdict AtMost(string figure, double bound, string unit, Series? measured) =>
        new(figure, unit, bound, IsLowerBound: false, measured);
}
