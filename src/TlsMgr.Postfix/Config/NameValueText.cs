// The form "name = value" of main.cf lines and of -o options. Must never look at what a name or a value means.

using System;

namespace TlsMgr.Postfix.Config;

/// <summary>Takes <c>name = value</c> apart (postconf(5)).</summary>
internal static class NameValueText
{
    private static readonly char[] WhiteSpace = [' ', '\t', '\n', '\v', '\f', '\r'];

    /// <summary>
    /// Takes the text apart; white space around name and value is dropped. Answers null, or what is wrong in Postfix's
    /// words: <c>missing attribute name</c>, <c>missing '=' after attribute name</c>.
    /// </summary>
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

    /// <summary>White space as C's isspace(3) has it in the C locale.</summary>
    internal static bool IsWhiteSpace(char character) => Array.IndexOf(WhiteSpace, character) >= 0;

    /// <summary>The first index at or behind <paramref name="index"/> that is no white space.</summary>
    internal static int SkipWhiteSpace(string text, int index)
    {
        while (index < text.Length && IsWhiteSpace(text[index]))
        {
            index++;
        }

        return index;
    }
}
