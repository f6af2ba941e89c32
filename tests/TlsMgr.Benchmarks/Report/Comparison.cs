using System.Collections.Generic;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Measures;

namespace TlsMgr.Benchmarks.Report;

/// <summary>A figure of this build beside the same figure of the baseline.</summary>
/// <param name="Figure">The name of the figure, with its unit.</param>
/// <param name="Ours">This build's values.</param>
/// <param name="Baseline">The baseline's values.</param>
/// <param name="Ratio">This build's, as a multiple of the baseline's.</param>
internal sealed record Comparison(string Figure, Series Ours, Series Baseline, Series Ratio)
{
    /// <summary>Compares values that were measured in the same rounds.</summary>
    internal static Comparison OfRounds(string figure, Series ours, Series baseline) =>
        new(figure, ours, baseline, ours.RatioTo(baseline));

    /// <summary>Compares values that were measured one daemon after the other: only their medians.</summary>
    internal static Comparison OfMedians(string figure, Series ours, Series baseline) =>
        new(figure, ours, baseline, new Series(ours.Median / baseline.Median));

    /// <summary>Every figure of a run that both builds have, except those of <see cref="Throughput"/>.</summary>
    internal static IEnumerable<Comparison> All(Results results) =>
        [.. Calls(results), .. StartAndMemory(results), .. Caches(results), .. Million(results)];

    private static IEnumerable<Comparison> Calls(Results results) =>
        Verbs.All.Where(verb => results.SystemCalls.ContainsKey((results.Ours, verb))).Select(verb => OfMedians(
            $"{verb}, system calls per request", new Series(results.SystemCalls[(results.Ours, verb)]),
            new Series(results.SystemCalls[(results.Baseline, verb)])));

    private static IEnumerable<Comparison> StartAndMemory(Results results)
    {
        yield return OfRounds(
            "start to first reply, ms", results.FirstReplies[results.Ours], results.FirstReplies[results.Baseline]);
        yield return OfRounds(
            "start to first reply with caches, ms", results.FirstRepliesWithCaches[results.Ours],
            results.FirstRepliesWithCaches[results.Baseline]);
        (Memory ours, Memory baseline) = (results.Memories[results.Ours], results.Memories[results.Baseline]);
        yield return Memory("anonymous memory idle, MB", ours.Idle.Anonymous, baseline.Idle.Anonymous);
        yield return Memory("anonymous memory busy, MB", ours.Busy.Anonymous, baseline.Busy.Anonymous);
        yield return Memory("resident memory idle, MB", ours.Idle.Total, baseline.Idle.Total);
        yield return Memory("resident memory busy, MB", ours.Busy.Total, baseline.Busy.Total);

        static Comparison Memory(string figure, double ours, double baseline) =>
            OfMedians(figure, new Series(ours), new Series(baseline));
    }

    private static IEnumerable<Comparison> Caches(Results results)
    {
        (LargeSessions ours, LargeSessions theirs) =
            (results.LargeSessions[results.Ours], results.LargeSessions[results.Baseline]);
        yield return OfRounds("slowest lookup of 16 clients, ms", ours.SlowestAlone, theirs.SlowestAlone);
        yield return OfRounds(
            "slowest lookup beside a client that stores 1 MiB, ms", ours.SlowestBeside, theirs.SlowestBeside);
        yield return OfRounds("updates of 1 MiB a second", ours.StoredPerSecond, theirs.StoredPerSecond);
        yield return OfRounds(
            $"slowest lookup beside {LargeSessions.Readers} clients that look up 1 MiB, ms",
            ours.SlowestBesideReaders, theirs.SlowestBesideReaders);
        yield return OfRounds("lookups of 1 MiB a second", ours.ReadPerSecond, theirs.ReadPerSecond);
        (FullCache full, FullCache theirFull) =
            (results.FullCaches[results.Ours], results.FullCaches[results.Baseline]);
        yield return OfRounds("updates a second in a cache at its limit", full.StoresAtLimit, theirFull.StoresAtLimit);
        yield return OfRounds("updates a second in a cache below", full.StoresBelow, theirFull.StoresBelow);
    }

    private static IEnumerable<Comparison> Million(Results results)
    {
        if (!results.MillionSessions.TryGetValue(results.Ours, out MillionSessions? ours))
        {
            yield break;
        }

        MillionSessions baseline = results.MillionSessions[results.Baseline];
        yield return OfMedians(
            "lookups with 1,000,000 sessions, against 10,000", ours.LookupRatio, baseline.LookupRatio);
        yield return OfMedians("slowest request without a sweep, ms", ours.SlowestBeside, baseline.SlowestBeside);
        yield return OfMedians("slowest request beside a sweep, ms", ours.SlowestDuring, baseline.SlowestDuring);
    }
}
