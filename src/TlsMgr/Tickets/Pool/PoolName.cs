using System.Linq;

namespace TlsMgr.Tickets.Pool;

/// <summary>The name of a pool: letters, digits, dots, hyphens and underscores of ASCII.</summary>
internal static class PoolName
{
    /// <summary>Whether a text is a name: 1 to <see cref="PoolLimits.NameBytes"/> of its characters.</summary>
    internal static bool IsValid(string text) => text.Length is > 0 and <= PoolLimits.NameBytes
        && text.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');
}
