using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace TlsMgr.Control.Output;

/// <summary>
/// The result of a verb as named values in their order: a table for people, one JSON object for programs, with the same
/// names. Units stand last in names.
/// </summary>
internal sealed class FieldList
{
    private const int Gap = 2;

    private readonly List<(string Name, object Value)> _fields = [];

    /// <summary>Adds a text, which holds only characters that a terminal can show.</summary>
    internal void Add(string name, string value) => _fields.Add((name, value));

    /// <summary>Adds a number.</summary>
    internal void Add(string name, long value) => _fields.Add((name, value));

    /// <summary>Adds a yes or no.</summary>
    internal void Add(string name, bool value) => _fields.Add((name, value));

    /// <summary>Adds the status of a reply; people read its meaning, too.</summary>
    internal void AddStatus(int status, string meaning) => _fields.Add(("status", new StatusValue(status, meaning)));

    /// <summary>Adds a time with three decimals: microseconds.</summary>
    internal void AddMilliseconds(string name, double value) => _fields.Add((name, decimal.Round((decimal)value, 3)));

    /// <summary>Writes a line for each field, or one JSON object.</summary>
    internal void Write(TextWriter output, bool json)
    {
        if (json)
        {
            JsonText.Write(output, WriteJson);
            return;
        }

        int width = _fields.Max(field => field.Name.Length) + Gap;
        foreach ((string name, object value) in _fields)
        {
            output.WriteLine($"{name.PadRight(width)}{Describe(value)}");
        }
    }

    /// <summary>Writes the fields as one JSON object.</summary>
    internal void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach ((string name, object value) in _fields)
        {
            writer.WritePropertyName(name);
            switch (value)
            {
                case bool truth:
                    writer.WriteBooleanValue(truth);
                    break;
                case long number:
                    writer.WriteNumberValue(number);
                    break;
                case StatusValue status:
                    writer.WriteNumberValue(status.Number);
                    break;
                case decimal number:
                    writer.WriteNumberValue(number);
                    break;
                default:
                    writer.WriteStringValue((string)value);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    private static string Describe(object value) => value switch
    {
        bool truth => truth ? "yes" : "no",
        decimal number => number.ToString("0.000", CultureInfo.InvariantCulture),
        StatusValue status => string.Create(CultureInfo.InvariantCulture, $"{status.Number} ({status.Meaning})"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    private sealed record StatusValue(int Number, string Meaning);
}
