using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TlsMgr.Rig;

/// <summary>Rows of text with aligned columns, for a terminal.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    internal void Add(params string[] cells) => _rows.Add(cells);

    internal void Write(TextWriter output)
    {
        int[] widths = [.. Enumerable.Range(0, header.Length).Select(i => _rows.Max(row => row[i].Length))];
        foreach (string[] row in _rows)
        {
            output.WriteLine("  " + string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        }
    }
}
