using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Output;

/// <summary>
/// Cache ids as people read and type them. An id is any bytes but NUL; a byte that is no printable ASCII character, and
/// a blank, becomes <c>\xNN</c>, and a backslash <c>\\</c>. Invariant: parsing an escaped id returns the id.
/// </summary>
internal static class IdText
{
    private const int EscapeLength = 4;

    /// <summary>The text of an id: printable ASCII characters without blanks.</summary>
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

    /// <summary>The bytes of an id; other characters stand for their UTF-8.</summary>
    /// <exception cref="FatalException">
    /// A backslash is followed by something else, or an escape stands for a zero byte, which would end the id on the
    /// wire and make the rest another attribute.
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
