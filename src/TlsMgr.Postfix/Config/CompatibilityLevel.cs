// Levels such as 3.6.1: the parameter compatibility_level, and the comparisons of $name expansion that end in "level".
// A malformed level is a return value: it is fatal in the parameter and a warning in a comparison.

namespace TlsMgr.Postfix.Config;

/// <summary>Converts a compatibility level to a comparable number (postconf(5), compatibility_level).</summary>
internal static class CompatibilityLevel
{
    private const int PartBits = 10;
    private const long MinorLimit = (1 << PartBits) - 1;
    private const long MajorLimit = long.MaxValue >> (2 * PartBits);

    /// <summary>Postfix's message for a malformed level.</summary>
    internal static string Malformed(string text) => $"malformed compatibility level syntax: \"{text}\"";

    /// <summary>
    /// Parses <c>major[.minor[.patch]]</c>. Each part has the syntax of strtol(3); minor and patch are at most 1023.
    /// </summary>
    internal static bool TryParse(string text, out long level)
    {
        level = 0;
        string[] parts = text.Split('.');
        if (parts.Length > 3)
        {
            return false;
        }

        for (int i = 0; i < 3; i++)
        {
            string part = i < parts.Length ? parts[i] : "0";
            int end = NumberText.TakeInteger(part, out long number);
            if (end == 0 || end != part.Length || number < 0 || number > (i == 0 ? MajorLimit : MinorLimit))
            {
                return false;
            }

            level = (level << PartBits) | number;
        }

        return true;
    }
}
