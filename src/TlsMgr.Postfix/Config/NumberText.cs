namespace TlsMgr.Postfix.Config;

/// <summary>Parses numbers of configuration values as strtol(3) does.</summary>
internal static class NumberText
{
    /// <summary>
    /// Parses white space, an optional sign and decimal digits at the beginning of a text. A number outside the range
    /// of 64 bits becomes the nearest one inside.
    /// </summary>
    /// <returns>The index after the digits; 0 when there are none.</returns>
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

        // Accumulated as a negative number: that range is larger by one.
        number = isNegative ? number : number == long.MinValue ? long.MaxValue : -number;
        return index == digits ? 0 : index;
    }
}
