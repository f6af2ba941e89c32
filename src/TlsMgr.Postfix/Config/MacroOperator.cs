// The comparisons of $name expansion. Must never see an unexpanded operand.

using System;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>One comparison, such as <c>&lt;=</c> or <c>&lt;=level</c> (postconf(5)).</summary>
/// <param name="Symbol">One of == != &lt; &lt;= &gt;= &gt;.</param>
/// <param name="ComparesLevels">Whether both operands are compatibility levels.</param>
internal readonly record struct MacroOperator(string Symbol, bool ComparesLevels)
{
    /// <summary>Compares expanded operands; null, after a warning, for a text that should be a level.</summary>
    /// <exception cref="FatalException">Digits only, and more of them than 64 bits hold.</exception>
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
