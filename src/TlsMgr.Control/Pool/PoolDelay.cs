using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Pool;

/// <summary>The time until a rotation, in the units of Postfix.</summary>
internal static class PoolDelay
{
    private const int MaximumSeconds = 30 * 24 * 60 * 60;

    /// <summary>Reads a time; seconds are the unit without one.</summary>
    /// <exception cref="FatalException">It is none, or more than 30 days.</exception>
    internal static int Read(string text)
    {
        int end = 0;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        int unit = end == text.Length ? 1 : end == text.Length - 1 ? UnitSeconds(text[end]) : 0;
        return end > 0 && unit > 0 && int.TryParse(text[..end], out int number) && number <= MaximumSeconds / unit
            ? number * unit
            : throw new FatalException($"bad time {PrintableText.Clean(text)}: 0 to 30d, with a unit s, m, h, d or w");
    }

    private static int UnitSeconds(char unit) => unit switch
    {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        'w' => 7 * 24 * 60 * 60,
        _ => 0,
    };
}
