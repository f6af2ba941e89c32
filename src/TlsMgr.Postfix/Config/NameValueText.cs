using System;

namespace TlsMgr.Postfix.Config;

/// <summary>The syntax <c>name = value</c> of main.cf lines and of -o options (postconf(5)).</summary>
internal static class NameValueText
{
    private static readonly char[] WhiteSpace = [' ', '\t', '\n', '\v', '\f', '\r'];

    /// <summary>
    /// Splits a text into name and value, without the white space around them.
    /// </summary>
    /// <returns>Null, or the fault in Postfix's words: <c>missing attribute name</c>, <c>missing '=' after attribute
    /// name</c>.</returns>
    internal static string? Split(string text, out string name, out string value)
    {
        name = "";
        value = "";
        int start = SkipWhiteSpace(text, 0);
        int end = start;
        while (end < text.Length && text[end] != '=' && !IsWhiteSpace(text[end]))
        {
            end++;
        }

        if (end == start)
        {
            return "missing attribute name";
        }

        int equals = SkipWhiteSpace(text, end);
        if (equals == text.Length || text[equals] != '=')
        {
            return "missing '=' after attribute name";
        }

        name = text[start..end];
        value = text[(equals + 1)..].Trim(WhiteSpace);
        return null;
    }

    /// <summary>Whether a character is white space for isspace(3) in the C locale.</summary>
    internal static bool IsWhiteSpace(char character) => Array.IndexOf(WhiteSpace, character) >= 0;

    /// <summary>Returns the first index from <paramref name="index"/> on that is not white space.</summary>
    internal static int SkipWhiteSpace(string text, int index)
    {
        while (index < text.Length && IsWhiteSpace(text[index]))
        {
            index++;
        }

        return index;
    }
}
