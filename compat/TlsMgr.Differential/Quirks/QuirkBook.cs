using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Differential.Cases;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Quirks;

/// <summary>
/// Compares QUIRKS.md with the cases: each named id has a row, and each row has a case or a test that shows it.
/// </summary>
internal static class QuirkBook
{
    /// <summary>
    /// The checks: one for each row, and one for each id that has no row; a fault is null when the check passes.
    /// </summary>
    internal static IEnumerable<(string Name, string? Fault)> Check(IEnumerable<string> lines, IEnumerable<SideCase> cases)
    {
        IReadOnlyList<QuirkRow> rows = QuirkTable.Read(lines);
        SideCase[] all = [.. cases];
        foreach (QuirkRow row in rows)
        {
            yield return ($"QUIRKS.md: {row.Id} is shown", FaultOf(row, all));
        }

        foreach (string id in all.SelectMany(one => one.Quirks).Concat(QuirkRules.Ids).Distinct()
            .Where(id => rows.All(row => row.Id != id)))
        {
            yield return ($"{id} has a row", "there is none in QUIRKS.md");
        }
    }

    private static string? FaultOf(QuirkRow row, SideCase[] cases)
    {
        if (System.Array.Exists(cases, one => one.Quirks.Contains(row.Id)))
        {
            return null;
        }

        string[] tests = [.. row.ShownBy.Split('`').Where((_, i) => i % 2 == 1)];
        return tests.Length == 0 ? "no case has it, and it names no test"
            : System.Array.Find(tests, test => !Exists(test)) is { } missing ? $"there is no test {missing}"
            : null;
    }

    private static bool Exists(string test) =>
        Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "tests"), test + ".cs", SearchOption.AllDirectories).Any();
}
