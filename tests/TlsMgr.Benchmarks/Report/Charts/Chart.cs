// Four diagrams: throughput, latency and CPU of every verb and server, and lookups in a growing cache.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Report.Charts;

/// <summary>The chart of a run.</summary>
/// <param name="results">The figures.</param>
/// <param name="source">When and how they were measured.</param>
internal sealed class Chart(Results results, string source)
{
    private const int Connections = 16;
    private const double PictureWidth = 960;
    private const double PictureHeight = 760;
    private const double Left = 60;
    private const double Right = Left + Panel.Width + 74;
    private const double Upper = 138;
    private const double Lower = Upper + Panel.Height + 110;
    private const double Thousand = 1000;
    private const string Title = "TlsMgr beside Postfix's tlsmgr";

    private readonly Canvas _canvas = new(PictureWidth, PictureHeight, Title);
    private readonly IReadOnlyList<(ServerDefinition Server, string Color)> _servers = Palette.Of(results);

    /// <summary>Draws the chart.</summary>
    internal Canvas Draw()
    {
        _canvas.Text(24, 34, Title, size: 18, isBold: true);
        DrawLegend();
        DrawBars(
            new Panel(_canvas, Left, Upper), "Throughput, thousand requests/s", "more is better",
            static result => result.RequestsPerSecond / Thousand);
        DrawLatencies(new Panel(_canvas, Right, Upper));
        DrawBars(
            new Panel(_canvas, Left, Lower), "CPU of the server, µs per request", "less is better",
            static result => result.ServerMicroseconds);
        DrawGrowth(new Panel(_canvas, Right, Lower));
        _canvas.Text(24, PictureHeight - 22, source, color: Palette.Quiet);
        return _canvas;
    }

    private void DrawLegend()
    {
        double x = 24;
        foreach ((ServerDefinition server, string color) in _servers)
        {
            string name = server == ServerDefinition.Btree || server == ServerDefinition.Lmdb
                ? $"Postfix's tlsmgr, {server.CacheType}"
                : server == ServerDefinition.Floor ? "floor (lookups only)" : server.Name;
            _canvas.Bar(x, 54, 12, 12, color, name);
            _canvas.Text(x + 18, 64, name, size: 12);
            x += 44 + (name.Length * 6.4);
        }
    }

    private void DrawBars(Panel panel, string title, string subtitle, Func<LoadResult, double> figure)
    {
        Axis axis = panel.Linear(Figures(figure).Max());
        panel.DrawFrame(title, $"{Connections} connections; {subtitle}", axis);
        DrawServers(panel, (verb, server, color, x, width) =>
        {
            double value = Median(server, verb, figure);
            double y = axis.Place(value);
            _canvas.Bar(x, y, width - 1, panel.Bottom - y, color, $"{server.Name}, {verb}: {Axis.Label(value)}");
        });
    }

    private void DrawLatencies(Panel panel)
    {
        Axis axis = panel.Logarithmic(
            Figures(static result => result.P50).Min(), Figures(static result => result.P99).Max());
        panel.DrawFrame(
            "Latency, µs, logarithmic", $"{Connections} connections; from the median (dot) to the 99th percentile", axis);
        DrawServers(panel, (verb, server, color, x, width) =>
        {
            double middle = x + (width / 2);
            double median = Median(server, verb, static result => result.P50);
            double high = Median(server, verb, static result => result.P99);
            _canvas.Line(middle, axis.Place(median), middle, axis.Place(high), color, 3);
            _canvas.Dot(
                middle, axis.Place(median), 3.6, color,
                $"{server.Name}, {verb}: {Axis.Label(median)}, 99 %: {Axis.Label(high)}");
        });
    }

    private void DrawGrowth(Panel panel)
    {
        Growth growth = results.Growth;
        if (growth.Sessions.Count == 0)
        {
            return;
        }

        Axis axis = panel.Linear(growth.Rates.Values.SelectMany(static rates => rates).Max(Thousands));
        panel.DrawFrame(
            "Growth: thousand lookups/s, by sessions in the cache", $"{Growth.Connections} connections; more is better",
            axis);
        double[] places = new double[growth.Sessions.Count];
        panel.DrawGroups([.. growth.Sessions.Select(Growth.Text)], (i, middle, _) => places[i] = middle);
        foreach ((ServerDefinition server, string color) in _servers)
        {
            if (growth.Rates.TryGetValue(server, out IReadOnlyList<Series>? rates))
            {
                (double X, double Y)[] points =
                    [.. rates.Select((rate, i) => (places[i], axis.Place(Thousands(rate))))];
                _canvas.Path(points, color);
                Array.ForEach(points, point => _canvas.Dot(point.X, point.Y, 3.6, color, server.Name));
            }
        }

        static double Thousands(Series rate) => rate.Median / Thousand;
    }

    /// <summary>Calls for each verb and server, with the place and the width that it has.</summary>
    private void DrawServers(Panel panel, Action<string, ServerDefinition, string, double, double> draw) =>
        panel.DrawGroups(Verbs.All, (group, middle, groupWidth) =>
        {
            string verb = Verbs.All[group];
            (ServerDefinition Server, string Color)[] servers =
                [.. _servers.Where(pair => pair.Server.Verbs.Contains(verb))];
            double width = groupWidth * 0.84 / _servers.Count;
            double x = middle - (width * servers.Length / 2);
            foreach ((ServerDefinition server, string color) in servers)
            {
                draw(verb, server, color, x, width);
                x += width;
            }
        });

    private IEnumerable<double> Figures(Func<LoadResult, double> figure) =>
        _servers.SelectMany(pair => pair.Server.Verbs.Select(verb => Median(pair.Server, verb, figure)));

    private double Median(ServerDefinition server, string verb, Func<LoadResult, double> figure) =>
        results.Throughput.Of(server, verb, Connections, figure).Median;
}
