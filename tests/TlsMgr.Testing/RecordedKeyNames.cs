// Ticket keys are random: a client that asks for a recorded key by its name has to ask for the one that the daemon under
// test gave out in its place.

using System;
using System.Collections.Generic;
using System.Text;

namespace TlsMgr.Testing;

/// <summary>The names of recorded ticket keys, and those that stand for them now.</summary>
public sealed class RecordedKeyNames
{
    private const int NameBytes = 16;
    private const string KeyAttribute = "keybuf\0";
    private const string NameAttribute = "keyname\0";

    private readonly Dictionary<string, string> _names = [];

    /// <summary>Takes note of a key: a recorded reply, and the one that came in its place.</summary>
    public void Learn(byte[] recorded, byte[] received)
    {
        if (NameIn(recorded) is { } then && NameIn(received) is { } now)
        {
            _names[then] = now;
        }
    }

    /// <summary>A recorded request with the name that stands for the recorded one now.</summary>
    public byte[] Translate(byte[] request)
    {
        string name = ValueOf(Encoding.Latin1.GetString(request), NameAttribute);
        return name.Length > 0 && _names.TryGetValue(name, out string? now)
            ? Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(request).Replace(name, now, StringComparison.Ordinal))
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
