// Ticket keys are random: a replayed request for a recorded key has to name the key that the daemon under test returned
// in its place.

using System;
using System.Collections.Generic;
using System.Text;

namespace TlsMgr.Testing;

/// <summary>Maps the names of recorded ticket keys to those of the daemon under test.</summary>
public sealed class RecordedKeyNames
{
    private const int NameBytes = 16;
    private const string KeyAttribute = "keybuf\0";
    private const string NameAttribute = "keyname\0";

    private readonly Dictionary<string, string> _names = [];

    /// <summary>Adds a key: a recorded reply, and the reply received in its place.</summary>
    public void Learn(byte[] recorded, byte[] received)
    {
        if (NameIn(recorded) is { } old && NameIn(received) is { } current)
        {
            _names[old] = current;
        }
    }

    /// <summary>Replaces the recorded name in a request, when it is known.</summary>
    public byte[] Translate(byte[] request)
    {
        string name = ValueOf(Encoding.Latin1.GetString(request), NameAttribute);
        return name.Length > 0 && _names.TryGetValue(name, out string? current)
            ? Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(request).Replace(name, current, StringComparison.Ordinal))
            : request;
    }

    private static string? NameIn(byte[] reply)
    {
        string key = ValueOf(Encoding.Latin1.GetString(reply), KeyAttribute);
        return key.Length == 0 ? null : Convert.ToBase64String(Convert.FromBase64String(key).AsSpan(0, NameBytes));
    }

    private static string ValueOf(string message, string attribute)
    {
        int start = message.IndexOf(attribute, StringComparison.Ordinal);
        return start < 0 ? "" : message[(start + attribute.Length)..].Split('\0')[0];
    }
}
