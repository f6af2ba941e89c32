using System;
using System.Linq;
using System.Text;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>
/// Postfix's syntax of host and domain names (myhostname, mydomain): letters, digits, underscores, and hyphens inside
/// labels. Nothing is looked up in the DNS.
/// </summary>
internal static class HostNameSyntax
{
    private const int MaxLabelBytes = 63;
    private const int MaxNameBytes = 255;
    private const int ExcerptBytes = 100;

    /// <summary>
    /// Returns the first fault of a name from left to right, as the text of Postfix's warning
    /// (<c>valid_hostname: misplaced hyphen: -x</c>), or null for a valid name.
    /// </summary>
    internal static string? FindFault(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        int labelBytes = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            bool isLast = i + 1 == bytes.Length;
            bool endsLabel = isLast || bytes[i + 1] == '.';
            string? fault = bytes[i] switch
            {
                (byte)'.' => labelBytes == 0 || isLast ? "misplaced delimiter" : null,
                (byte)'-' when labelBytes == 0 || endsLabel => "misplaced hyphen",
                (byte)'-' => null,
                byte other when !char.IsAsciiLetterOrDigit((char)other) && other != '_' =>
                    $"invalid character {other}(decimal)",
                _ => labelBytes == MaxLabelBytes ? "hostname label too long" : null,
            };
            if (fault is not null)
            {
                return $"valid_hostname: {fault}: {Excerpt(bytes)}";
            }

            labelBytes = bytes[i] == '.' ? 0 : labelBytes + 1;
        }

        if (name.All(static character => character == '.' || char.IsAsciiDigit(character)))
        {
            return $"valid_hostname: numeric hostname: {Excerpt(bytes)}";
        }

        return bytes.Length <= MaxNameBytes
            ? null
            : $"valid_hostname: bad length {bytes.Length} for {Excerpt(bytes)}...";
    }

    private static string Excerpt(byte[] name) =>
        PrintableText.FromBytes(name.AsSpan(0, int.Min(name.Length, ExcerptBytes)));
}
