using System;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>
/// One comparison of $name expansion, such as <c>&lt;=</c> or <c>&lt;=level</c> (postconf(5)).
/// </summary>
/// <param name="Symbol">One of == != &lt; &lt;= &gt;= &gt;.</param>
/// <param name="ComparesLevels">Whether both operands are compatibility levels.</param>
internal readonly record struct MacroOperator(string Symbol, bool ComparesLevels)
{
    /// <summary>
    /// Compares expanded operands: numbers as numbers, other texts byte by byte. Null, after a warning, for a malformed
    /// level.
    /// </summary>
    /// <exception cref="FatalException">An operand is a number that does not fit in 64 bits.</exception>
    internal bool? Compare(string left, string right, Action<string> warn)
    {
        if (ComparesLevels)
        {
            bool isLevel = CompatibilityLevel.TryParse(left, out long leftLevel);
            if (isLevel & CompatibilityLevel.TryParse(right, out long rightLevel))
            {
                return Holds(leftLevel.CompareTo(rightLevel));
            }

            warn(CompatibilityLevel.Malformed(isLevel ? right : left));
            return null;
        }

        return Holds(IsNumber(left) && IsNumber(right)
            ? Number(left).CompareTo(Number(right))
            : string.CompareOrdinal(left, right));
    }

    private static bool IsNumber(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static long Number(string digits) =>
        long.TryParse(digits, out long number)
            ? number
            : throw new FatalException($"mac_exp_eval: bad conversion: {digits}");

    private bool Holds(int order) => Symbol switch
    {
        "==" => order == 0,
        "!=" => order != 0,
        "<" => order < 0,
        "<=" => order <= 0,
        ">=" => order >= 0,
        _ => order > 0,
    };
}
