using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using TlsMgr.Differential.Cases;
using TlsMgr.Differential.Quirks;

namespace TlsMgr.Differential;

/// <summary>
/// The verb check: runs every case, then checks that each row of QUIRKS.md is shown, and prints the counts.
/// </summary>
internal static class CheckVerb
{
    /// <summary>Most cases wait for the second that Postfix's tlsmgr pauses after a fatal error.</summary>
    private const int CasesAtOnce = 16;

    /// <summary>
    /// Returns the exit status: 0, or 1 when a case differs without a row, or a row no longer differs.
    /// </summary>
    internal static int Execute(CheckOptions options, TextWriter output)
    {
        Comparison comparison = new(options.PostfixTlsMgr, Path.GetFullPath(options.TlsMgr));
        List<Verdict> verdicts = [];
        foreach (SharedCases shared in CaseTable.Shared().Where(shared => IsWanted(options.Only, shared.Group)))
        {
            verdicts.AddRange(comparison.Run(shared).Where(verdict => HasText(verdict.Case, options)));
        }

        ConcurrentDictionary<SideCase, Verdict> single = [];
        SideCase[] cases =
            [.. CaseTable.Single().Where(one => IsWanted(options.Only, one.Group) && HasText(one, options))];
        Parallel.ForEach(
            Partitioner.Create(cases, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = CasesAtOnce },
            one => single[one] = comparison.Run(one));
        verdicts.AddRange(cases.Select(one => single[one]));

        int failed = Report(verdicts, output, options.Show);
        int passed = verdicts.Count - failed;
        foreach ((string name, string? fault) in QuirkBook.Check(File.ReadLines(QuirkTable.Path), CaseTable.All()))
        {
            output.WriteLine(fault is null ? $"ok      {name}" : $"FAILED  {name}: {fault}");
            passed += fault is null ? 1 : 0;
            failed += fault is null ? 0 : 1;
        }

        output.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static int Report(List<Verdict> verdicts, TextWriter output, bool showsAll)
    {
        foreach (Verdict verdict in verdicts)
        {
            output.WriteLine(verdict.Outcome switch
            {
                Outcome.Same => $"ok      {verdict.Case}",
                Outcome.DiffersAsWritten => $"ok      {verdict.Case} (differs: {string.Join(", ", verdict.Case.Quirks)})",
                Outcome.NoLongerDiffers => $"FAILED  {verdict.Case}: no longer differs: {string.Join(", ", verdict.Case.Quirks)}",
                _ => $"FAILED  {verdict.Case}",
            });
            if (showsAll || !verdict.Passes)
            {
                ShowBoth(verdict, output);
            }
        }

        return verdicts.Count(verdict => !verdict.Passes);
    }

    private static void ShowBoth(Verdict verdict, TextWriter output)
    {
        string[] theirs = [.. verdict.Theirs.Lines()];
        string[] ours = [.. verdict.Ours.Lines()];
        foreach (string line in theirs)
        {
            output.WriteLine($"        {(ours.Contains(line) ? "both  " : "theirs")} {line}");
        }

        foreach (string line in ours.Where(line => !theirs.Contains(line)))
        {
            output.WriteLine($"        ours   {line}");
        }
    }

    private static bool IsWanted(string? only, string group) => only is null || only == group;

    private static bool HasText(SideCase one, CheckOptions options) =>
        options.Case is null || one.Name.Contains(options.Case, StringComparison.Ordinal);
}
