using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Spectre.Console;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Live;

/// <summary>Lays a sample out for a terminal or a file: what runs, the service, and a column for each cache.</summary>
/// <param name="width">The columns of a line.</param>
/// <param name="hasColor">Whether states and titles have colors, by escape sequences.</param>
internal sealed partial class LiveView(int width, bool hasColor)
{
    private const string NoValue = "-";
    private const int ColumnGap = 1;

    private static readonly Style Title = new(decoration: Decoration.Bold);

    /// <summary>The lines of a sample, each ended by a line feed; no line is longer than the width.</summary>
    internal string Render(LiveSample sample)
    {
        using StringWriter text = new() { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = hasColor ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = hasColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        console.Write(new Text(Head(sample.Report), Title));
        console.WriteLine();
        console.Write(Service(sample));
        console.WriteLine();
        if (sample.Report.Caches.Any())
        {
            console.Write(Caches(sample));
        }

        CacheNotes.Write(sample.Report, text, width);
        return string.Concat(
            text.ToString().Split('\n').SkipLast(1).Select(static line => $"{BlanksAtEnd().Replace(line, "$1")}\n"));
    }

    private static string Head(DaemonReport report)
    {
        string uptime = report.Uptime is { } time ? $", up {MeasureText.Duration(time)}" : "";
        string versions = $"TlsMgr {report.Info.Version} for Postfix {report.Info.MailVersion}";
        return report.Info.IsOlder
            ? $"an older daemon is running (no info): postfix reload{uptime}\n"
            : string.Create(
                CultureInfo.InvariantCulture, $"{versions}, pid {report.Info.ProcessId}{uptime}\n");
    }

    private static Table Service(LiveSample sample)
    {
        Table table = CreateTable();
        table.HideHeaders();
        table.AddColumn(Column("", isLabel: true));
        table.AddColumn(Column("", isLabel: true));
        foreach ((string name, string value) in ServiceLines(sample))
        {
            table.AddRow(new Text(name), new Text(value));
        }

        return table;
    }

    private static IEnumerable<(string Name, string Value)> ServiceLines(LiveSample sample)
    {
        FigureTree figures = sample.Report.Figures;
        yield return ("requests", Requests(sample));
        RequestTimes? times = sample.Rates is { } rates ? RequestTimes.Of(figures, rates) : RequestTimes.Of(figures);
        string slowest = figures["slowest.microseconds"] is { } longest ? MeasureText.Milliseconds(longest) : NoValue;
        yield return ("time", times is null
            ? $"slowest {slowest}"
            : $"p50 {times.Describe(0.5)}, p99 {times.Describe(0.99)}, slowest {slowest}");
        yield return ("connections", $"{Number(figures, "connections.now")} open, "
            + $"{Number(figures, "connections.most")} most, {Rate(sample, "connections.total")} new");
        yield return ("faults", $"{Rate(sample, "faults")}, {Sum(figures, "faults")} in all");
        yield return ("keys", $"{Rate(sample, "keys.issued")} issued, {Rate(sample, "keys.refused")} refused, "
            + $"{Number(figures, "keys.rotated")} rotated");
        foreach (ListedKey key in sample.Keys)
        {
            yield return ("", string.Create(
                CultureInfo.InvariantCulture,
                $"{key.State} {key.Name} encrypts {key.EncryptSeconds} s, decrypts {key.DecryptSeconds} s"));
        }
    }

    /// <summary>All requests per second, and those of each verb that was used.</summary>
    private static string Requests(LiveSample sample)
    {
        IEnumerable<string> verbs = sample.Report.Figures.Group("requests")
            .Where(figure => sample.Rates?.PerSecond($"requests.{figure.Key}") > 0)
            .Select(figure => $"{figure.Key} {Rate(sample, $"requests.{figure.Key}")}");
        return string.Join(", ", [$"{Rate(sample, "requests")} in all", .. verbs]);
    }

    private static Table Caches(LiveSample sample)
    {
        string[] caches = [.. sample.Report.Caches];
        Table table = CreateTable();
        table.AddColumn(Column("", isLabel: true));
        foreach (string cache in caches)
        {
            table.AddColumn(Column(cache, isLabel: false));
        }

        void AddRow(string name, Func<string, Text> cell) => table.AddRow([new Text(name), .. caches.Select(cell)]);

        AddRow("state", cache => State(sample.Report.Info.Cache(cache)));
        AddRow("sessions", cache => new Text(Number(sample.Report.Figures, $"cache.{cache}.entries")));
        AddRow("hit ratio", cache => new Text(HitRatio(sample, cache)));
        foreach (string counter in new[] { "lookups", "stores", "expired", "evicted" })
        {
            AddRow(counter, cache => new Text(Rate(sample, $"cache.{cache}.{counter}")));
        }

        foreach (string size in new[] { "used", "limit" })
        {
            AddRow(size, cache => new Text(Size(sample.Report.Figures[$"cache.{cache}.{size}"])));
        }

        return table;
    }

    private static Table CreateTable() => new() { Border = TableBorder.None };

    private static TableColumn Column(string title, bool isLabel) => new(new Text(title, Title))
    {
        Alignment = isLabel ? Justify.Left : Justify.Right,
        Padding = new Padding(0, 0, ColumnGap, 0),
    };

    private static Text State(CacheInfo? cache) => cache is null
        ? new Text(NoValue)
        : new Text(cache.State, new Style(cache.State switch
        {
            "on" => Color.Green,
            "off" => Color.Red,
            _ => Color.Yellow,
        }));

    /// <summary>The share since the sample before, or since the start where nothing was looked up.</summary>
    private static string HitRatio(LiveSample sample, string cache) =>
        sample.Rates?.Growth($"cache.{cache}.lookups") is { } lookups and > 0
            ? MeasureText.Share((double)(sample.Rates.Growth($"cache.{cache}.hits") ?? 0) / lookups)
            : sample.Report.Figures.HitRatio(cache) is { } share ? MeasureText.Share(share) : NoValue;

    /// <summary>The rate of a counter, or of all counters of a group.</summary>
    private static string Rate(LiveSample sample, string figure)
    {
        double[] rates = [.. sample.Report.Figures.Group(figure)
            .Select(member => sample.Rates?.PerSecond(member.Key.Length > 0 ? $"{figure}.{member.Key}" : figure))
            .OfType<double>()];
        return rates.Length > 0 ? MeasureText.Rate(rates.Sum()) : NoValue;
    }

    private static string Number(FigureTree figures, string figure) =>
        figures[figure] is { } value ? MeasureText.Number(value) : NoValue;

    private static string Sum(FigureTree figures, string group) =>
        MeasureText.Number((long)figures.Group(group).Sum(static figure => (decimal)figure.Value));

    private static string Size(long? bytes) =>
        bytes is not { } value ? NoValue : value == 0 ? "none" : MeasureText.Bytes(value);

    /// <summary>The blank at which a line was broken: it can lie behind the width, before the end of a style.</summary>
    [GeneratedRegex("[ \r]+((\e\\[[0-9;]*m)*)$")]
    private static partial Regex BlanksAtEnd();
}
