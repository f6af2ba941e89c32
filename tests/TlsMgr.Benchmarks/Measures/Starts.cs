using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>What was measured of the starts with certain caches.</summary>
/// <param name="Name">The caches, in words.</param>
/// <param name="SizeBytes">The size of their files in bytes.</param>
/// <param name="Replies">The first replies, by start.</param>
/// <param name="FoundMilliseconds">From the first reply until every session is found; null without sessions.</param>
/// <param name="FoundRatio">The same, against reading the files once; null without sessions.</param>
/// <param name="ReadMilliseconds">Reading the files once; null without sessions.</param>
internal sealed record StartFigures(
    string Name, long SizeBytes, IReadOnlyList<FirstReplies> Replies, Series? FoundMilliseconds, Series? FoundRatio,
    Series? ReadMilliseconds)
{
    /// <summary>A figure of each start.</summary>
    internal Series Of(Func<FirstReplies, double> figure) => new(Replies.Select(figure));
}

/// <summary>Starts of a build with the sessions of its previous process.</summary>
/// <param name="Empty">Without caches.</param>
/// <param name="WithSessions">With caches, their pages in the page cache or not.</param>
internal sealed record Starts(StartFigures Empty, IReadOnlyList<StartFigures> WithSessions)
{
    /// <summary>The factor by which a start with sessions may take longer than one without.</summary>
    internal const double Factor = 1.1;

    private const int MillionSessions = 1_000_000;

    /// <summary>
    /// A user whom no test uses: files are handed over by keys of the kernel, and those that a user may have are used
    /// up for an hour when many tests have started daemons.
    /// </summary>
    private const string Owner = "nobody";

    private sealed record Measured(string Name, StartCase Case, bool IsCold)
    {
        internal List<FirstReplies> Replies { get; } = [];
    }

    internal static Starts Measure(ServerDefinition definition, Plan plan)
    {
        using BenchmarkServer none = new(definition with { CacheType = null });
        using BenchmarkServer three = StartServer(definition);
        using BenchmarkServer? million = plan.HasMillionSessions ? StartServer(definition) : null;
        Measured empty = new("no caches", new StartCase(none, 0), IsCold: false);
        List<Measured> filled = [.. InBothStates(
            $"three caches of {Growth.Text(plan.StartSessions)}", new StartCase(three, plan.StartSessions, Caches.All))];
        if (million is not null)
        {
            filled.AddRange(InBothStates(
                $"one cache of {Growth.Text(MillionSessions)}", new StartCase(million, MillionSessions, Caches.Smtpd)));
        }

        for (int start = 0; start < plan.Starts; start++)
        {
            foreach (Measured measured in ServerGroup.InRotation([empty, .. filled], start))
            {
                measured.Replies.Add(measured.Case.Start(measured.IsCold));
            }
        }

        Starts starts = new(
            new StartFigures(empty.Name, 0, empty.Replies, null, null, null),
            [.. filled.Select(measured => Find(measured, plan.FindStarts))]);
        none.End();
        three.End();
        million?.End();
        return starts;
    }

    /// <summary>Milliseconds above what a start with sessions may take, by start; negative when it is faster.</summary>
    internal Series Excess(StartFigures figures) => new(figures.Replies.Zip(
        Empty.Replies, static (with, without) => with.Last - (Factor * without.Last)));

    private static BenchmarkServer StartServer(ServerDefinition definition) => new(
        definition with { Owner = Owner }, isOnDisk: true,
        [.. Array.ConvertAll(Caches.All, static cache => $"{cache}_tls_session_cache_size_limit = 0")]);

    private static IEnumerable<Measured> InBothStates(string name, StartCase startCase) =>
        [new($"{name}, warm", startCase, IsCold: false), new($"{name}, cold", startCase, IsCold: true)];

    private static StartFigures Find(Measured measured, int starts)
    {
        (double Found, double Read)[] times =
            [.. Enumerable.Range(0, starts).Select(_ => measured.Case.Find(measured.IsCold))];
        return new StartFigures(
            measured.Name, measured.Case.SizeBytes, measured.Replies,
            new Series(times.Select(static time => time.Found)),
            new Series(times.Select(static time => time.Found / time.Read)),
            new Series(times.Select(static time => time.Read)));
    }
}
