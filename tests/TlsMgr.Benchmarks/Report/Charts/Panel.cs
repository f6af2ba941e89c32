using System;
using System.Collections.Generic;

namespace TlsMgr.Benchmarks.Report.Charts;

/// <summary>One of the diagrams: a title with the unit, an axis with its lines, and places for groups.</summary>
/// <param name="canvas">The picture.</param>
/// <param name="left">The left end of the axis.</param>
/// <param name="top">The upper end of the axis.</param>
internal sealed class Panel(Canvas canvas, double left, double top)
{
    /// <summary>The width of the diagram, without the labels of its axis.</summary>
    internal const double Width = 396;

    /// <summary>The height of the diagram, without title and names of groups.</summary>
    internal const double Height = 220;

    private const double TitleHeight = 30;
    private const double SubtitleHeight = 14;
    private const double LabelWidth = 6;
    private const double NameHeight = 16;

    internal double Bottom => top + Height;

    /// <summary>An axis of this panel from 0.</summary>
    internal Axis Linear(double highest) => Axis.Linear(highest, top, Bottom);

    /// <summary>A logarithmic axis of this panel.</summary>
    internal Axis Logarithmic(double lowest, double highest) => Axis.Logarithmic(lowest, highest, top, Bottom);

    internal void DrawFrame(string title, string subtitle, Axis axis)
    {
        canvas.Text(left, top - TitleHeight, title, size: 13, isBold: true);
        canvas.Text(left, top - SubtitleHeight, subtitle, color: Palette.Quiet);
        foreach (double tick in axis.Ticks)
        {
            double y = axis.Place(tick);
            canvas.Line(left, y, left + Width, y, tick == axis.Ticks[0] ? Palette.Quiet : Palette.Grid);
            canvas.Text(left - LabelWidth, y + 4, Axis.Label(tick), "end", color: Palette.Quiet);
        }
    }

    /// <summary>Writes the names of groups below the axis, and calls with the middle and the width of each.</summary>
    internal void DrawGroups(IReadOnlyList<string> names, Action<int, double, double> draw)
    {
        double width = Width / names.Count;
        for (int i = 0; i < names.Count; i++)
        {
            double middle = left + (width * (i + 0.5));
            canvas.Text(middle, Bottom + NameHeight, names[i], "middle");
            draw(i, middle, width);
        }
    }
}
