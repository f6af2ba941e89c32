// Cache ids as people read and type them. An id is bytes; what does not print becomes \xNN, and a backslash \\. Must
// give back every id as it was.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Output;

/// <summary>Writes and reads cache ids.</summary>
internal static class IdText
{
    private const int EscapeLength = 4;

    internal static string Escape(ReadOnlySpan<byte> id)
    {
        StringBuilder text = new(id.Length);
        foreach (byte character in id)
        {
            if (character == '\\')
            {
                text.Append(@"\\");
            }
            else if (character is > (byte)' ' and <= (byte)'~')
            {
                text.Append((char)character);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{character:x2}");
            }
        }

        return text.ToString();
    }

    /// <summary>The bytes of an id; what is not escaped stands for its UTF-8.</summary>
    /// <exception cref="FatalException">
    /// A backslash is followed by something else, or stands for a zero byte: that would end the id, and what follows
    /// would be another attribute.
    /// </exception>
    internal static byte[] Parse(string text)
    {
        List<byte> id = [];
        for (int i = 0; i < text.Length;)
        {
            ReadOnlySpan<char> rest = text.AsSpan(i);
            if (rest[0] != '\\')
            {
                int end = rest.IndexOf('\\');
                id.AddRange(Encoding.UTF8.GetBytes(rest[..(end < 0 ? rest.Length : end)].ToString()));
                i += end < 0 ? rest.Length : end;
            }
            else if (rest.StartsWith(@"\\"))
            {
                id.Add((byte)'\\');
                i += 2;
            }
            else if (rest.StartsWith(@"\x") && rest.Length >= EscapeLength
                && byte.TryParse(rest[2..EscapeLength], NumberStyles.AllowHexSpecifier, null, out byte value))
            {
                id.Add(value != 0 ? value : throw new FatalException($"bad cache id {text}: an id has no zero byte"));
                i += EscapeLength;
            }
            else
            {
                throw new FatalException($"bad cache id {text}: a backslash is followed by xNN or another backslash");
            }
        }

        return [.. id];
    }
}
