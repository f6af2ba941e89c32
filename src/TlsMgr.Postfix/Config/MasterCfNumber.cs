// Numbers of master.cf as master(8) reads them: the digits that a field begins with, in 32 bits. postconf(1) wants
// digits alone.

using System;

namespace TlsMgr.Postfix.Config;

/// <summary>Wake-up times and process limits.</summary>
public static class MasterCfNumber
{
    /// <summary>The number a field begins with; less than 0 when it begins with none or is too large.</summary>
    public static int Read(string field)
    {
        string digits = field[..CountDigits(field)];
        return digits.Length == 0 ? -1 : unchecked((int)(long.TryParse(digits, out long number) ? number : -1));
    }

    /// <summary>Whether there are digits alone, or <c>-</c>.</summary>
    public static bool IsPlain(ReadOnlySpan<char> field) => field is "-" || CountDigits(field) == field.Length;

    private static int CountDigits(ReadOnlySpan<char> field)
    {
        int end = field.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? field.Length : end;
    }
}
