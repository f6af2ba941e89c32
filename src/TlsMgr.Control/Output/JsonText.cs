// JSON for programs: indented, texts as they are, one line feed at the end.

using System;
using System.IO;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TlsMgr.Control.Output;

/// <summary>Writes JSON to a text output.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Options =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
