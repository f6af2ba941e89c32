using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace TlsMgr.Differential.Fuzz;

/// <summary>A request as a list of attributes, the form that mutations change.</summary>
/// <param name="Attributes">Names and values, in order.</param>
internal sealed record Message(IReadOnlyList<(string Name, string Value)> Attributes)
{
    internal Message(params (string Name, string Value)[] attributes)
        : this((IReadOnlyList<(string, string)>)attributes)
    {
    }

    /// <summary>Whether it is a request that a daemon reads to its end before it judges any part.</summary>
    internal bool IsWellFormed => Shapes.Contains(string.Join(' ', Attributes.Select(Shape)));

    private static readonly string[] Shapes =
    [
        "request=seed size", "request=policy cache_type", "request=lookup cache_type cache_id",
        "request=update cache_type cache_id session", "request=delete cache_type cache_id", "request=tktkey keyname",
    ];

    /// <summary>The bytes on the wire, with the terminator.</summary>
    internal byte[] Encode()
    {
        using MemoryStream bytes = new();
        foreach ((string name, string value) in Attributes)
        {
            bytes.Write(Encoding.Latin1.GetBytes(name));
            bytes.WriteByte(0);
            bytes.Write(Encoding.Latin1.GetBytes(value));
            bytes.WriteByte(0);
        }

        bytes.WriteByte(0);
        return bytes.ToArray();
    }

    private static string Shape((string Name, string Value) attribute) => attribute.Name switch
    {
        "request" => $"request={attribute.Value}",
        "size" => attribute.Value.Length > 0 && attribute.Value.All(char.IsAsciiDigit) ? "size" : "odd",
        "session" or "keyname" => IsBase64(attribute.Value) ? attribute.Name : "odd",
        _ => attribute.Name,
    };

    private static bool IsBase64(string text) => System.Convert.TryFromBase64String(text, new byte[text.Length], out _);

    /// <summary>Parses the bytes of a message; null when they are not one.</summary>
    internal static Message? Decode(byte[] bytes)
    {
        string[] parts = Encoding.Latin1.GetString(bytes).Split('\0');
        return parts.Length % 2 == 0 && parts.Length >= 4 && parts[^1].Length == 0 && parts[^2].Length == 0
            ? new Message([.. Enumerable.Range(0, (parts.Length - 2) / 2).Select(i => (parts[2 * i], parts[(2 * i) + 1]))])
            : null;
    }
}
