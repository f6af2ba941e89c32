using System;

namespace TlsMgr.Postfix.Protocol;

/// <summary>Unsigned 32-bit numbers of the attribute protocol, read as by scanf(3) with <c>%u</c>.</summary>
public static class UnsignedNumber
{
    /// <summary>
    /// Parses a number as <c>%u</c> does: leading blanks and one sign are accepted, a minus sign negates, values are
    /// truncated to 32 bits (99999999999 is 1215752191), and a value beyond 64 bits becomes the maximum. A text without
    /// digits, or with anything after them, is malformed.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out uint number)
    {
        ReadOnlySpan<byte> digits = text.TrimStart(" \t\n\v\f\r"u8);
        bool isNegative = digits.StartsWith("-"u8);
        if (isNegative || digits.StartsWith("+"u8))
        {
            digits = digits[1..];
        }

        number = 0;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        ulong value = 0;
        foreach (byte digit in digits)
        {
            ulong units = (ulong)(digit - '0');
            if (value > (ulong.MaxValue - units) / 10)
            {
                number = uint.MaxValue;
                return true;
            }

            value = (value * 10) + units;
        }

        number = unchecked((uint)(isNegative ? 0 - value : value));
        return true;
    }
}
