// Numbers on the wire: what C's scanf("%u") makes of a text, since that is how the original reads them.

using System;

namespace TlsMgr.Postfix.Protocol;

/// <summary>Unsigned 32-bit numbers as the attribute protocol writes them.</summary>
public static class UnsignedNumber
{
    /// <summary>
    /// Reads a number as <c>%u</c> does: leading blanks and one sign are taken, a minus sign negates, values are cut to
    /// 32 bits (99999999999 is 1215752191), a value beyond 64 bits is the largest one. Anything behind the digits, or
    /// no digits, is malformed.
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
