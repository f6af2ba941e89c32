using System.Collections.Generic;
using System.IO;
using System.Text.Json;

namespace TlsMgr.Control.Output;

/// <summary>Statistics as JSON: one object, with an object for each group of figures and for each cache.</summary>
internal static class StatsJson
{
    /// <summary>Writes the figures.</summary>
    internal static void Write(FigureTree figures, TextWriter output) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        foreach (string group in figures.Groups)
        {
            WriteGroup(group, figures.Group(group), writer);
        }

        writer.WriteStartObject("caches");
        foreach (string cache in figures.Caches)
        {
            writer.WriteStartObject(cache);
            WriteFigures(figures.Cache(cache), writer);
            if (figures.HitRatio(cache) is { } ratio)
            {
                writer.WriteNumber("hit_ratio", decimal.Round((decimal)ratio, 4));
            }
            else
            {
                writer.WriteNull("hit_ratio");
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    });

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
