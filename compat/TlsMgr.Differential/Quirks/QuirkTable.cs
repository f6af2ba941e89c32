using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Quirks;

/// <summary>One row: an intended difference.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ShownBy">The last column: cases or tests that show it.</param>
internal sealed record QuirkRow(string Id, string ShownBy);

/// <summary>Reads the rows of compat/QUIRKS.md, the only accepted differences.</summary>
internal static class QuirkTable
{
    private const int Columns = 5;

    /// <summary>The path of the file in the repository.</summary>
    internal static string Path => System.IO.Path.Combine(RepositoryRoot.Path, "compat", "QUIRKS.md");

    /// <summary>All rows.</summary>
    /// <exception cref="InvalidDataException">
    /// A row does not have five columns, or its id is not in backquotes.
    /// </exception>
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
