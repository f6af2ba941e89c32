using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using TlsMgr.Control.Client;

namespace TlsMgr.Control.Output;

/// <summary>
/// Statistics as JSON: one object with what the daemon reports of itself, and an object for each group of figures and
/// for each cache. All names are those of the control protocol.
/// </summary>
internal static class StatsJson
{
    /// <summary>Writes the figures and the report.</summary>
    internal static void Write(DaemonReport report, TextWriter output) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        WriteInfo(report.Info, writer);
        foreach (string group in report.Figures.Groups)
        {
            WriteGroup(group, report.Figures.Group(group), writer);
        }

        writer.WriteStartObject("caches");
        foreach (string cache in report.Caches)
        {
            writer.WriteStartObject(cache);
            WriteCache(report, cache, writer);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    /// <summary>Writes what is of the daemon; null for an older one.</summary>
    private static void WriteInfo(InfoReply info, Utf8JsonWriter writer)
    {
        if (info.IsOlder)
        {
            writer.WriteNull("info");
            return;
        }

        writer.WriteStartObject("info");
        foreach ((string name, string text) in info.Texts.Where(static text => InfoReply.CacheNameOf(text.Key) is null))
        {
            WriteText(name, text, InfoReply.IsNumber(name), writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteCache(DaemonReport report, string cache, Utf8JsonWriter writer)
    {
        string prefix = $"cache.{cache}.";
        foreach ((string name, string text) in report.Info.Texts
            .Where(text => InfoReply.CacheNameOf(text.Key) == cache && report.Figures[text.Key] is null))
        {
            WriteText(name[prefix.Length..], text, InfoReply.IsNumber(name), writer);
        }

        WriteFigures(report.Figures.Cache(cache), writer);
        if (report.Figures.HitRatio(cache) is { } ratio)
        {
            writer.WriteNumber("hit_ratio", decimal.Round((decimal)ratio, 4));
        }
        else
        {
            writer.WriteNull("hit_ratio");
        }
    }

    private static void WriteText(string name, string text, bool isNumber, Utf8JsonWriter writer)
    {
        if (isNumber)
        {
            writer.WriteNumber(name, long.Parse(text, CultureInfo.InvariantCulture));
        }
        else
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteGroup(string name, IEnumerable<KeyValuePair<string, long>> group, Utf8JsonWriter writer)
    {
        KeyValuePair<string, long>[] members = [.. group];
        if (members is [{ Key.Length: 0 } single])
        {
            writer.WriteNumber(name, single.Value);
            return;
        }

        writer.WriteStartObject(name);
        WriteFigures(members, writer);
        writer.WriteEndObject();
    }

    private static void WriteFigures(IEnumerable<KeyValuePair<string, long>> figures, Utf8JsonWriter writer)
    {
        foreach ((string name, long value) in figures)
        {
            writer.WriteNumber(name, value);
        }
    }
}
