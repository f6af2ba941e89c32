using System;

namespace TlsMgr.Postfix.Config;

/// <summary>
/// Wake-up times and process limits of master.cf. master(8) reads the digits at the start of the field as a number of
/// 32 bits; postconf(1) accepts only digits.
/// </summary>
public static class MasterCfNumber
{
    /// <summary>The number at the start of a field; below 0 when there is none, or when it is too large.</summary>
    public static int Read(string field)
    {
        string digits = field[..CountDigits(field)];
        return digits.Length == 0 ? -1 : unchecked((int)(long.TryParse(digits, out long number) ? number : -1));
    }

    /// <summary>Whether the field is digits only, or <c>-</c>.</summary>
    public static bool IsPlain(ReadOnlySpan<char> field) => field is "-" || CountDigits(field) == field.Length;

    private static int CountDigits(ReadOnlySpan<char> field)
    {
        int end = field.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? field.Length : end;
    }
}
