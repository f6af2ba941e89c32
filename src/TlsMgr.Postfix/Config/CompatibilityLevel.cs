// Levels such as 3.6.1: the parameter compatibility_level, and the comparisons of $name expansion that end in "level".
// Must never throw: whoever asks knows whether a malformed level is a warning or the end.

namespace TlsMgr.Postfix.Config;

/// <summary>The number behind a level, for comparison (postconf(5), compatibility_level).</summary>
internal static class CompatibilityLevel
{
    private const int PartBits = 10;
    private const long MinorLimit = (1 << PartBits) - 1;
    private const long MajorLimit = long.MaxValue >> (2 * PartBits);

    /// <summary>The words for a text that is no level.</summary>
    internal static string Malformed(string text) => $"malformed compatibility level syntax: \"{text}\"";

    /// <summary>Reads <c>major[.minor[.patch]]</c>; parts as strtol(3) takes them, the last two up to 1023.</summary>
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
