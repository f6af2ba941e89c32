using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TlsMgr.Benchmarks.Report;

/// <summary>A Markdown table with aligned columns, readable on a terminal too.</summary>
internal sealed class MarkdownTable(params string[] header)
{
    private readonly List<string[]> _rows = [];

    internal void Add(params string[] cells) => _rows.Add(cells);

    internal void Write(TextWriter output)
    {
        int[] widths = [.. header.Select((cell, i) => _rows.Select(row => row[i].Length).Append(cell.Length).Max())];
        WriteRow(output, header, widths);
        WriteRow(output, [.. widths.Select(static width => new string('-', width))], widths);
        foreach (string[] row in _rows)
        {
            WriteRow(output, row, widths);
        }

        output.WriteLine();
    }

    private static void WriteRow(TextWriter output, string[] cells, int[] widths) =>
        output.WriteLine("| " + string.Join(" | ", cells.Select((cell, i) => cell.PadRight(widths[i]))) + " |");
}
