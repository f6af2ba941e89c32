using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using TlsMgr.Control.Output;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Doctor;

/// <summary>The differences between this host and the report of another one.</summary>
internal sealed class HostComparison
{
    private const int MaximumBytes = 4 * 1024 * 1024;
    private const string Member = "host";
    private const string NotSet = "(none)";

    private readonly List<(string Name, string Here, string There)> _differences = [];

    private HostComparison(Dictionary<string, string> here, Dictionary<string, string> there)
    {
        foreach (string name in here.Keys.Union(there.Keys).Order(StringComparer.Ordinal))
        {
            string mine = here.GetValueOrDefault(name, NotSet);
            string other = there.GetValueOrDefault(name, NotSet);
            if (mine != other)
            {
                _differences.Add((name, mine, other));
            }
        }
    }

    /// <summary>Whether there is no difference.</summary>
    internal bool IsSame => _differences.Count == 0;

    /// <summary>Compares with the report of another host, as <c>doctor --json</c> has printed it.</summary>
    /// <param name="here">The values of this host.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FatalException">The file cannot be read, or is no such report.</exception>
    internal static HostComparison Of(IEnumerable<KeyValuePair<string, string>> here, string path) =>
        new(new Dictionary<string, string>(here), Read(path));

    /// <summary>Writes a line for each difference, and their number; or JSON.</summary>
    internal void Write(TextWriter output, bool json)
    {
        if (json)
        {
            JsonText.Write(output, WriteJson);
            return;
        }

        foreach ((string name, string here, string there) in _differences)
        {
            output.WriteLine($"{name}: here {Shown(here)}, there {Shown(there)}");
        }

        output.WriteLine($"{_differences.Count} {(_differences.Count == 1 ? "difference" : "differences")}");
    }

    private static string Shown(string value) => value.Length == 0 ? "(empty)" : value;

    private void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("differences");
        foreach ((string name, string here, string there) in _differences)
        {
            FieldList fields = new();
            fields.Add("name", name);
            fields.Add("here", here);
            fields.Add("there", there);
            fields.WriteJson(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static Dictionary<string, string> Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(ReadBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(Member, out JsonElement host)
                && host.ValueKind == JsonValueKind.Object && host.EnumerateObject().Any()
                ? Read(host, path)
                : throw NoReport(path, $"it has no part {Member}");
        }
        catch (JsonException fault)
        {
            throw NoReport(path, $"line {fault.LineNumber + 1} is not JSON");
        }
    }

    private static Dictionary<string, string> Read(JsonElement host, string path)
    {
        Dictionary<string, string> values = [];
        foreach (JsonProperty property in host.EnumerateObject())
        {
            string name = PrintableText.Clean(property.Name);
            values[name] = property.Value.ValueKind == JsonValueKind.String
                ? PrintableText.Clean(property.Value.GetString()!)
                : throw NoReport(path, $"{name} is no text");
        }

        return values;
    }

    private static byte[] ReadBytes(string path)
    {
        int file = FileDescriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.CloseOnExec);
        if (file < 0)
        {
            throw new FatalException($"open {path}: {Errno.Describe(file)}");
        }

        try
        {
            byte[] buffer = new byte[MaximumBytes + 1];
            int length = 0;
            int count;
            while ((count = FileDescriptor.Read(file, buffer.AsSpan(length))) > 0)
            {
                length += count;
            }

            return count < 0 ? throw new FatalException($"read {path}: {Errno.Describe(count)}")
                : length > MaximumBytes ? throw NoReport(path, $"it is longer than {MaximumBytes} bytes")
                : buffer[..length];
        }
        finally
        {
            FileDescriptor.Close(file);
        }
    }

    private static FatalException NoReport(string path, string reason) =>
        new($"{path} is no report of tlsmgrctl doctor --json: {reason}");
}
