// The targets of the daemon, as ratios within one run wherever there is something to compare with.

using System;
using System.Collections.Generic;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Report;

/// <summary>Judges the results of a run.</summary>
internal sealed class Targets(Results results)
{
    private const int Busy = 16;
    private const int Crowded = 128;
    private const string Times = " ×";

    /// <summary>What a request may take at most beside a sweep or a large session, in milliseconds.</summary>
    private const double DelayMilliseconds = 20;

    private static readonly Func<LoadResult, double> Rate = static result => result.RequestsPerSecond;
    private static readonly Func<LoadResult, double> Median = static result => result.P50;

    private readonly ServerDefinition _ours = results.Servers[0];

    internal List<Verdict> Judge() =>
    [
        AtLeast("lookup, requests/s, against C btree", 4, Ratio(Verbs.Lookup, ServerDefinition.Btree, Busy, Rate)),
        AtLeast("lookup, requests/s, against C lmdb", 3, Ratio(Verbs.Lookup, ServerDefinition.Lmdb, Busy, Rate)),
        AtLeast("lookup, requests/s, against the floor", 0.8, Ratio(Verbs.Lookup, ServerDefinition.Floor, Busy, Rate)),
        AtLeast("update, requests/s, against C btree", 10, Ratio(Verbs.Update, ServerDefinition.Btree, Busy, Rate)),
        AtLeast("update, requests/s, against C lmdb", 4, Ratio(Verbs.Update, ServerDefinition.Lmdb, Busy, Rate)),
        AtLeast("delete, requests/s, against C btree", 10, Ratio(Verbs.Delete, ServerDefinition.Btree, Busy, Rate)),
        AtLeast("seed, requests/s, against C btree", 1.5, Ratio(Verbs.Seed, ServerDefinition.Btree, Busy, Rate)),
        AtLeast("mix, requests/s, against C btree", 4, Ratio(Verbs.Mix, ServerDefinition.Btree, Busy, Rate)),
        .. Array.ConvertAll(Verbs.All, verb => AtMost(
            $"{verb}, p50 with 1 connection, against C btree", 0.8, Times,
            Ratio(verb, ServerDefinition.Btree, 1, Median))),
        AtMost("lookup, p99 with 128 connections, against C btree", 0.5, Times,
            Ratio(Verbs.Lookup, ServerDefinition.Btree, Crowded, static result => result.P99)),
        AtMost("lookup, CPU per request, against C btree", 1 / 3.0, Times,
            Ratio(Verbs.Lookup, ServerDefinition.Btree, Busy, static result => result.ServerMicroseconds)),
        AtMost("lookup, nanoseconds of counting, of its CPU", 1, " %", CountingShare()),
        AtMost("lookup, system calls per request", 4, "", Once(results.SystemCalls[(_ours, Verbs.Lookup)])),
        AtMost("start to first answer, against C", 2, Times,
            results.FirstAnswers[_ours].RatioTo(results.FirstAnswers[ServerDefinition.Btree])),
        AtMost("anonymous memory, idle", 12, " MB", Once(results.Memories[_ours].Idle.Anonymous)),
        AtMost("anonymous memory, 500 connections and three caches of 10,000 sessions", 24, " MB",
            Once(results.Memories[_ours].Busy.Anonymous)),
        Delay("slowest lookup of all beside a client that stores 1 MiB", results.LargeSessions.SlowestBeside),
        Delay($"slowest lookup of all beside {LargeSessions.Readers} clients that look up 1 MiB",
            results.LargeSessions.SlowestBesideReaders),
        AtLeast("update in a cache at its limit, requests/s, against one below", 0.5,
            results.FullCache.StoresAtLimit.RatioTo(results.FullCache.StoresBelow)),
        AtLeast("lookup with 1,000,000 sessions, against 10,000", 0.6, results.MillionSessions?.LookupRatio),
        Delay("slowest request of all while 1,000,000 sessions are swept", results.MillionSessions?.SlowestDuring),
    ];

    /// <summary>In percent, round by round.</summary>
    private Series CountingShare()
    {
        Series lookup = results.Throughput.Of(
            _ours, Verbs.Lookup, Busy, static result => result.ServerMicroseconds * 1000 / 100);
        return results.Counting.RatioTo(lookup);
    }

    private static Series Once(double value) => new([value]);

    private Series Ratio(string verb, ServerDefinition other, int connections, Func<LoadResult, double> figure) =>
        results.Throughput.Of(_ours, verb, connections, figure)
            .RatioTo(results.Throughput.Of(other, verb, connections, figure));

    private static Verdict AtLeast(string figure, double bound, Series? measured) =>
        new(figure, Times, bound, IsFloor: true, measured);

    private static Verdict Delay(string figure, Series? milliseconds) =>
        AtMost(figure, DelayMilliseconds, " ms", milliseconds) with { JudgesLargest = true };

    private static Verdict AtMost(string figure, double bound, string unit, Series? measured) =>
        new(figure, unit, bound, IsFloor: false, measured);
}
