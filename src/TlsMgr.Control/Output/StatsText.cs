// Statistics for people: a table of the caches, and a line for each group of the other figures.

using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace TlsMgr.Control.Output;

/// <summary>Writes figures as text.</summary>
internal static class StatsText
{
    private const string RatioTitle = "hit ratio";
    private const int GroupWidth = 13;

    internal static void Write(FigureTree figures, TextWriter output)
    {
        string[][] rows = [.. figures.Caches.Select(cache => Row(figures, cache))];
        if (rows.Length > 0)
        {
            string[] titles = [.. figures.Cache(figures.Caches.First()).Select(figure => figure.Key)];
            WriteTable([["cache", RatioTitle, .. titles], .. rows], output);
            output.WriteLine();
        }

        foreach (string group in figures.Groups)
        {
            output.WriteLine($"{group,-GroupWidth}{Words(figures.Group(group))}");
        }
    }

    private static string[] Row(FigureTree figures, string cache)
    {
        string ratio = figures.HitRatio(cache) is { } part
            ? part.ToString("0.0%", CultureInfo.InvariantCulture)
            : "-";
        return [cache, ratio, .. figures.Cache(cache).Select(figure => Text(figure.Value))];
    }

    private static void WriteTable(string[][] rows, TextWriter output)
    {
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) =>
                column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
        }
    }

    private static string Words(IEnumerable<KeyValuePair<string, long>> group) =>
        string.Join("  ", group.Select(figure => $"{figure.Key} {Text(figure.Value)}".Trim()));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
