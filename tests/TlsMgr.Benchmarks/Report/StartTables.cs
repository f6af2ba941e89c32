using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Benchmarks.Measures;

namespace TlsMgr.Benchmarks.Report;

/// <summary>The table and the targets of starts with the sessions of the previous process.</summary>
internal static class StartTables
{
    /// <summary>What the table shows.</summary>
    internal static readonly string[] Description =
    [
        "Starts of this build with the sessions of its previous process, of 1,500 bytes in files on disk: from exec to",
        "the first reply of each kind, of three clients that wait since before the start, and from the first reply until",
        "every session is found, by a sample that is spread over the files. Warm: the files are in the page cache; cold:",
        "they were removed from it. Read once: the same files in the same state, in parts of 64 KiB. ± is half the",
        "distance between the lowest and the highest start, of the last of the three replies and of the column before.",
    ];

    /// <summary>Judges the starts of a build.</summary>
    internal static IEnumerable<Verdict> Judge(Starts starts) =>
    [
        .. starts.WithSessions.Select(figures => new Verdict(
            $"start to the last of the first seed, key and policy, {figures.Name}, above {Starts.Factor} × no caches",
            " ms", 1, IsLowerBound: false, starts.Excess(figures))),
        .. starts.WithSessions.Select(static figures => new Verdict(
            $"first reply to every session found, {figures.Name}, against reading the files once", " ×", 2,
            IsLowerBound: false, figures.FoundRatio)),
    ];

    /// <summary>Writes the table.</summary>
    internal static void Write(Starts starts, TextWriter output)
    {
        MarkdownTable table = new(
            "caches", "MB", "first seed ms", "first key ms", "first policy ms", "±", "every session found ms", "±",
            "read once ms");
        foreach (StartFigures figures in starts.WithSessions.Prepend(starts.Empty))
        {
            table.Add(
                figures.Name, Format.Number(figures.SizeBytes / 1e6, "0"),
                Median(figures.Of(static replies => replies.Seed)), Median(figures.Of(static replies => replies.Key)),
                Median(figures.Of(static replies => replies.Policy)),
                Format.Spread(figures.Of(static replies => replies.Last)), Median(figures.FoundMilliseconds),
                figures.FoundMilliseconds is { } found ? Format.Spread(found) : "", Median(figures.ReadMilliseconds));
        }

        table.Write(output);
    }

    /// <summary>Writes the verdicts; returns whether one is missed.</summary>
    internal static bool WriteVerdicts(Starts starts, TextWriter output)
    {
        Verdict[] verdicts = [.. Judge(starts)];
        Verdict.Write(verdicts, output);
        return verdicts.Any(static verdict => verdict.IsMissed);
    }

    private static string Median(Series? series) => series is null ? "" : Format.Number(series.Median, "0.0");
}
