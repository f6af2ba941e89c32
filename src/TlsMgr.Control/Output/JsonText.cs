using System;
using System.IO;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TlsMgr.Control.Output;

/// <summary>
/// JSON for programs: indented, without escapes for other than control characters, ends with a line feed.
/// </summary>
internal static class JsonText
{
    /// <summary>Escapes only what JSON requires: the output is never part of a web page.</summary>
    internal static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = Encoder };

    /// <summary>Writes one JSON value.</summary>
    internal static void Write(TextWriter output, Action<Utf8JsonWriter> write)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, Options))
        {
            write(writer);
        }

        output.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }
}
