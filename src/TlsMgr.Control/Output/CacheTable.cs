using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Control.Output;

/// <summary>The table of the caches for people.</summary>
internal static class CacheTable
{
    private const string NoValue = "-";
    private const string State = "state";
    private const string Timeout = "timeout";
    private const string RatioTitle = "hit ratio";
    private const string Limit = "limit";

    /// <summary>The state of a daemon without info stands among its figures.</summary>
    private const string Examining = "examining";

    /// <summary>The columns that are sizes.</summary>
    private static readonly string[] Sizes = ["used", "free", Limit, "size"];

    /// <summary>The columns that are known, in the order of the table; others follow.</summary>
    private static readonly string[] Known =
    [
        "lookups", "hits", "stores", "deletes", "expired", "evicted", "entries", .. Sizes,
    ];

    /// <summary>The rows of the table, the titles first.</summary>
    internal static string[][] Of(DaemonReport report, FigureRates? rates)
    {
        bool hasInfo = !report.Info.IsOlder;
        string[] before = hasInfo ? [State] : [];
        string[] behind = hasInfo ? [Timeout] : [];
        string[] counted =
            [.. report.Figures.Caches.SelectMany(report.Figures.Cache).Select(static figure => figure.Key).Distinct()];
        string[] titles =
        [
            .. Known.Intersect(counted), .. counted.Except(Known).Where(title => !hasInfo || title != Examining),
        ];
        return
        [
            ["cache", .. before, RatioTitle, .. titles, .. behind],
            .. report.Caches.Select(cache => Row(report, cache, titles, rates)),
        ];
    }

    /// <summary>A value with its rate per second behind it, when it grew.</summary>
    internal static string WithRate(string value, string figure, FigureRates? rates) =>
        rates?.PerSecond(figure) is { } perSecond and > 0 ? $"{value} ({MeasureText.Rate(perSecond)})" : value;

    private static string[] Row(DaemonReport report, string cache, string[] titles, FigureRates? rates)
    {
        IEnumerable<string> cells =
            titles.Select(title => Cell(report.Figures, $"cache.{cache}.{title}", title, rates));
        string ratio = report.Figures.HitRatio(cache) is { } share ? MeasureText.Share(share) : NoValue;
        if (report.Info.IsOlder)
        {
            return [cache, ratio, .. cells];
        }

        string state = report.Info.Cache(cache)?.State ?? NoValue;
        string timeout = report.Info.Cache(cache)?.TimeoutSeconds is { } seconds
            ? $"{MeasureText.Number(seconds)}s"
            : NoValue;
        return [cache, state, ratio, .. cells, timeout];
    }

    private static string Cell(FigureTree figures, string figure, string title, FigureRates? rates) =>
        figures[figure] is not { } value ? NoValue
        : title == Limit && value == 0 ? "none"
        : Sizes.Contains(title) ? MeasureText.Bytes(value)
        : WithRate(MeasureText.Number(value), figure, rates);
}
