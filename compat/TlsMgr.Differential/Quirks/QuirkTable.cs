// Reads compat/QUIRKS.md: the rows by their ids. What is no row there is no accepted difference.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Quirks;

/// <summary>One row: a deliberate difference.</summary>
/// <param name="Id">Its name.</param>
/// <param name="ShownBy">The last column: the cases or tests that show it.</param>
internal sealed record QuirkRow(string Id, string ShownBy);

/// <summary>The rows of QUIRKS.md.</summary>
internal static class QuirkTable
{
    private const int Columns = 5;

    /// <summary>The file in the repository.</summary>
    internal static string Path => System.IO.Path.Combine(RepositoryRoot.Path, "compat", "QUIRKS.md");

    /// <summary>All rows.</summary>
    /// <exception cref="InvalidDataException">A row has not five columns, or its id is not in backquotes.</exception>
    internal static IReadOnlyList<QuirkRow> Read(IEnumerable<string> lines) =>
        [.. lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(Parse)];

    private static QuirkRow Parse(string line)
    {
        string[] cells = [.. line.Trim('|').Split(" | ").Select(cell => cell.Trim())];
        return cells.Length == Columns && cells[0].EndsWith('`')
            ? new QuirkRow(cells[0].Trim('`'), cells[^1])
            : throw new InvalidDataException($"QUIRKS.md: not a row of {Columns} columns: {line}");
    }
}
