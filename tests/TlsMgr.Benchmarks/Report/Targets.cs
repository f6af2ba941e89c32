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

    /// <summary>No slower than the baseline, within what rounds of the same binary differ by.</summary>
    private const double NoSlower = 0.95;

    private static readonly string[] ComparedWithBaseline = [Verbs.Lookup, Verbs.Update, Verbs.Delete, Verbs.Seed];

    private static readonly Func<LoadResult, double> Rate = static result => result.RequestsPerSecond;
    private static readonly Func<LoadResult, double> Median = static result => result.P50;

    private readonly ServerDefinition _ours = results.Ours;

    internal List<Verdict> Judge() =>
    [
        .. JudgeRates(), .. JudgeRequests(), .. JudgeStartAndMemory(), .. JudgePool(results.Pool),
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
        .. Array.ConvertAll(ComparedWithBaseline, verb => AtLeast(
            $"{verb}, requests/s, against the baseline", NoSlower, Ratio(verb, results.Baseline, Busy, Rate))),
        AtLeast("lookup, requests/s, against C btree", 4, Ratio(Verbs.Lookup, ServerDefinition.Btree, Busy, Rate)),
        AtLeast("lookup, requests/s, against C lmdb", 3, Ratio(Verbs.Lookup, ServerDefinition.Lmdb, Busy, Rate)),
        AtLeast("lookup, requests/s, against the floor", 0.8, Ratio(Verbs.Lookup, ServerDefinition.Floor, Busy, Rate)),
        AtLeast("update, requests/s, against C btree", 10, Ratio(Verbs.Update, ServerDefinition.Btree, Busy, Rate)),
        AtLeast("update, requests/s, against C lmdb", 4, Ratio(Verbs.Update, ServerDefinition.Lmdb, Busy, Rate)),
        AtLeast("delete, requests/s, against C btree", 10, Ratio(Verbs.Delete, ServerDefinition.Btree, Busy, Rate)),
        AtLeast("seed, requests/s, against C btree", 1.5, Ratio(Verbs.Seed, ServerDefinition.Btree, Busy, Rate)),
        AtLeast("mix, requests/s, against C btree", 4, Ratio(Verbs.Mix, ServerDefinition.Btree, Busy, Rate)),
    ];

    private IEnumerable<Verdict> JudgeRequests() =>
    [
        .. Array.ConvertAll(Verbs.All, verb => AtMost(
            $"{verb}, p50 with 1 connection, against C btree", 0.8, Times,
            Ratio(verb, ServerDefinition.Btree, 1, Median))),
        AtMost("lookup, p99 with 128 connections, against C btree", 0.5, Times,
            Ratio(Verbs.Lookup, ServerDefinition.Btree, Crowded, static result => result.P99)),
        AtMost("lookup, CPU per request, against C btree", 1 / 3.0, Times,
            Ratio(Verbs.Lookup, ServerDefinition.Btree, Busy, static result => result.ServerMicroseconds)),
        AtMost("lookup, counting, share of its CPU", 1, " %", CountingPercent()),
        AtMost("lookup, system calls per request", 4, "", new Series(results.SystemCalls[(_ours, Verbs.Lookup)])),
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
        FullCache full = results.FullCaches[_ours];
        MillionSessions? million = results.MillionSessions.GetValueOrDefault(_ours);
        return
        [
            Delay("slowest lookup of all beside a client that stores 1 MiB", large.SlowestBeside),
            Delay($"slowest lookup of all beside {LargeSessions.Readers} clients that look up 1 MiB",
                large.SlowestBesideReaders),
            AtLeast("update in a cache at its limit, requests/s, against one below", 0.5,
                full.StoresAtLimit.RatioTo(full.StoresBelow)),
            AtLeast("lookup with 1,000,000 sessions, against 10,000", 0.6, million?.LookupRatio),
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
