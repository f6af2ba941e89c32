using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TlsMgr.Control.Output;

/// <summary>Text and tables that fit the columns of a terminal: broken, never cut.</summary>
internal static class WrappedText
{
    private const string Gap = "  ";

    /// <summary>Writes parts side by side, with line breaks between them where necessary.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="label">What stands before the first part.</param>
    /// <param name="parts">The parts; one that is wider than a line has a line of its own.</param>
    /// <param name="gap">What stands between two parts of a line.</param>
    /// <param name="indent">The blanks before further lines.</param>
    /// <param name="width">The columns of a line.</param>
    internal static void Write(
        TextWriter output, string label, IEnumerable<string> parts, string gap, int indent, int width)
    {
        string line = label;
        bool isEmpty = true;
        foreach (string part in parts)
        {
            if (!isEmpty && line.Length + gap.Length + part.Length > width)
            {
                output.WriteLine(line.TrimEnd());
                line = new string(' ', indent);
                isEmpty = true;
            }

            line += isEmpty ? part : gap + part;
            isEmpty = false;
        }

        output.WriteLine(line.TrimEnd());
    }

    /// <summary>Writes a sentence, broken between words; further lines are indented.</summary>
    internal static void WriteSentence(TextWriter output, string text, int indent, int width) =>
        WriteSentence(output, "", text, indent, width);

    /// <summary>The same, behind a label.</summary>
    internal static void WriteSentence(TextWriter output, string label, string text, int indent, int width) =>
        Write(output, label, text.Split(' ').SelectMany(word => Pieces(word, width - indent)), " ", indent, width);

    /// <summary>
    /// Writes a table. Columns that do not fit stand below, in a table of their own that repeats the first column.
    /// </summary>
    /// <param name="output">The destination.</param>
    /// <param name="rows">The rows, the titles first; the first column is aligned left, the others right.</param>
    /// <param name="width">The columns of a line.</param>
    internal static void WriteTable(TextWriter output, string[][] rows, int width)
    {
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        List<int> block = [];
        int used = widths[0];
        bool isFirst = true;
        for (int column = 1; column <= widths.Length; column++)
        {
            if (column == widths.Length || (block.Count > 0 && used + Gap.Length + widths[column] > width))
            {
                if (!isFirst)
                {
                    output.WriteLine();
                }

                WriteBlock(output, rows, widths, block);
                isFirst = false;
                block.Clear();
                used = widths[0];
            }

            if (column < widths.Length)
            {
                block.Add(column);
                used += Gap.Length + widths[column];
            }
        }
    }

    private static void WriteBlock(TextWriter output, string[][] rows, int[] widths, List<int> block)
    {
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = block.Select(column => row[column].PadLeft(widths[column]));
            output.WriteLine(string.Join(Gap, [row[0].PadRight(widths[0]), .. cells]).TrimEnd());
        }
    }

    /// <summary>A word in pieces of at most a line: a path can be longer.</summary>
    private static IEnumerable<string> Pieces(string word, int width) =>
        word.Length <= width ? [word] : word.Chunk(width).Select(static piece => new string(piece));
}
