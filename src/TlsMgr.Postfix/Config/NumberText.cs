// Numbers as C's strtol(3) reads them, for texts of administrators. Must never throw.

namespace TlsMgr.Postfix.Config;

/// <summary>The number a text begins with.</summary>
internal static class NumberText
{
    /// <summary>
    /// Reads white space, a sign and decimal digits; answers the index behind them, or 0 when there are no digits.
    /// A number outside of 64 bits becomes the nearest one inside.
    /// </summary>
    internal static int TakeInteger(string text, out long number)
    {
        number = 0;
        int index = NameValueText.SkipWhiteSpace(text, 0);
        bool isNegative = index < text.Length && text[index] == '-';
        if (isNegative || (index < text.Length && text[index] == '+'))
        {
            index++;
        }

        int digits = index;
        for (; index < text.Length && char.IsAsciiDigit(text[index]); index++)
        {
            int digit = text[index] - '0';
            number = number < (long.MinValue + digit) / 10 ? long.MinValue : (number * 10) - digit;
        }

        // Gathered below zero, where there is room for one more.
        number = isNegative ? number : number == long.MinValue ? long.MaxValue : -number;
        return index == digits ? 0 : index;
    }
}
