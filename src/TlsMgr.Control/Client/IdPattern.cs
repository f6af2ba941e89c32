using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace TlsMgr.Control.Client;

/// <summary>
/// A pattern of cache ids, in the form in which ids are shown: <c>*</c> stands for any bytes, <c>?</c> for one,
/// <c>\xNN</c> for that byte, and <c>\*</c>, <c>\?</c> and <c>\\</c> for themselves. Other characters stand for their
/// UTF-8. Upper and lower case differ.
/// </summary>
internal sealed class IdPattern
{
    private const int AnyByte = -1;
    private const int AnyBytes = -2;
    private const int EscapeLength = 4;

    /// <summary>A byte, or one of the above, for each part.</summary>
    private readonly List<int> _parts = [];

    /// <summary>Reads a pattern.</summary>
    internal IdPattern(string pattern)
    {
        Fault = pattern.Length == 0 ? "it is empty, and no id is" : "";
        for (int i = 0; i < pattern.Length && Fault.Length == 0;)
        {
            i += Add(pattern.AsSpan(i));
        }
    }

    /// <summary>Why the text is no pattern; empty when it is one.</summary>
    internal string Fault { get; private set; }

    /// <summary>Whether an id matches.</summary>
    internal bool Matches(ReadOnlySpan<byte> id)
    {
        // Behind the last *, the shortest run of bytes that lets the rest match; one byte more at each retry.
        int part = 0;
        int lastStar = -1;
        int retry = 0;
        for (int i = 0; i < id.Length;)
        {
            if (part < _parts.Count && _parts[part] == AnyBytes)
            {
                lastStar = part++;
                retry = i;
            }
            else if (part < _parts.Count && (_parts[part] == AnyByte || _parts[part] == id[i]))
            {
                part++;
                i++;
            }
            else if (lastStar >= 0)
            {
                part = lastStar + 1;
                i = ++retry;
            }
            else
            {
                return false;
            }
        }

        return _parts.FindIndex(part, static each => each != AnyBytes) < 0;
    }

    /// <summary>Adds the first part of a text; returns its length there.</summary>
    private int Add(ReadOnlySpan<char> rest)
    {
        if (rest[0] == '\\')
        {
            if (rest.Length > 1 && rest[1] is '\\' or '*' or '?')
            {
                _parts.Add(rest[1]);
                return 2;
            }

            if (rest.Length >= EscapeLength && rest[1] == 'x'
                && byte.TryParse(rest[2..EscapeLength], NumberStyles.AllowHexSpecifier, null, out byte value))
            {
                _parts.Add(value);
                return EscapeLength;
            }

            Fault = "a backslash is followed by xNN, *, ? or another backslash";
            return 0;
        }

        if (rest[0] is '*' or '?')
        {
            _parts.Add(rest[0] == '*' ? AnyBytes : AnyByte);
            return 1;
        }

        int length = rest.IndexOfAny('\\', '*', '?') is var end and >= 0 ? end : rest.Length;
        foreach (byte each in Encoding.UTF8.GetBytes(rest[..length].ToString()))
        {
            _parts.Add(each);
        }

        return length;
    }
}
