using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace TlsMgr.Control.Output;

/// <summary>Statistics for people: a table of the caches, and a line for each group of the other figures.</summary>
internal static class StatsText
{
    private const string RatioTitle = "hit ratio";
    private const string NoValue = "-";
    private const int GroupWidth = 13;

    /// <summary>Writes the figures.</summary>
    internal static void Write(FigureTree figures, TextWriter output)
    {
        string[] caches = [.. figures.Caches];
        if (caches.Length > 0)
        {
            string[] titles = [.. caches.SelectMany(figures.Cache).Select(figure => figure.Key).Distinct()];
            WriteTable(
                [["cache", RatioTitle, .. titles], .. caches.Select(cache => Row(figures, cache, titles))], output);
            output.WriteLine();
        }

        foreach (string group in figures.Groups)
        {
            output.WriteLine($"{group,-GroupWidth}{Words(figures.Group(group))}");
        }
    }

    private static string[] Row(FigureTree figures, string cache, string[] titles)
    {
        Dictionary<string, long> values = figures.Cache(cache).ToDictionary();
        string ratio = figures.HitRatio(cache) is { } share
            ? share.ToString("0.0%", CultureInfo.InvariantCulture)
            : NoValue;
        return
        [
            cache, ratio,
            .. titles.Select(title => values.TryGetValue(title, out long value) ? Text(value) : NoValue),
        ];
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
