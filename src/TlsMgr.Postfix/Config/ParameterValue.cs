using System;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>
/// Converts and checks expanded values (postconf(5)). A bad value is fatal, with Postfix's message, which each method
/// quotes.
/// </summary>
internal static class ParameterValue
{
    /// <summary>A text of at least the minimum length: <c>bad string length 0 &lt; 1: NAME = </c>.</summary>
    internal static string Text(ParameterDefinition parameter, string text) =>
        text.Length >= parameter.Minimum
            ? text
            : throw new FatalException(
                $"bad string length {text.Length} < {parameter.Minimum}: {parameter.Name} = {text}");

    /// <summary>
    /// An integer: <c>bad numerical configuration: NAME = TEXT</c>, <c>invalid NAME parameter value N &lt; M</c>.
    /// </summary>
    internal static int Integer(ParameterDefinition parameter, string text) =>
        (int)Number(parameter, text, int.MinValue, int.MaxValue, parameter.Maximum);

    /// <summary>An integer of 64 bits: as <see cref="Integer"/>, without a maximum.</summary>
    internal static long Long(ParameterDefinition parameter, string text) =>
        Number(parameter, text, long.MinValue + 1, long.MaxValue - 1, long.MaxValue);

    /// <summary>
    /// A size in bytes, with the unit k, m or g in any case for 1024 bytes and so on, or none: <c>parameter NAME: bad
    /// size value or unit: TEXT</c>, <c>invalid NAME parameter value N &lt; M</c>.
    /// </summary>
    internal static long SizeBytes(ParameterDefinition parameter, string text)
    {
        int end = NumberText.TakeInteger(text, out long number);
        int shift = end == text.Length ? 0 : end == text.Length - 1 ? UnitShift(text[end]) : -1;

        // A number that is too large was read as the largest.
        if (end == 0 || shift < 0 || number == long.MaxValue || number > long.MaxValue >> shift)
        {
            throw new FatalException($"parameter {parameter.Name}: bad size value or unit: {text}");
        }

        return number >= parameter.Minimum
            ? number << shift
            : throw new FatalException(
                $"invalid {parameter.Name} parameter value {number} < {parameter.Minimum}");
    }

    /// <summary>
    /// A time in seconds: <c>parameter NAME: bad time value or unit: TEXT</c>, <c>invalid NAME: N (min M)</c>,
    /// <c>(max M)</c>. As in Postfix, a unit without a number is an error, and text after a unit is ignored.
    /// </summary>
    internal static int TimeSeconds(ParameterDefinition parameter, string text)
    {
        int end = NumberText.TakeInteger(text, out long number);
        long unitSeconds = UnitSeconds(end < text.Length ? text[end] : end > 0 ? parameter.Default[^1] : '\0');

        // Postfix rejects the largest number of minutes, hours, days or weeks that would still fit in 32 bits.
        if (unitSeconds == 0 || number is < 0 or > int.MaxValue
            || (unitSeconds > 1 && number >= int.MaxValue / unitSeconds))
        {
            throw new FatalException($"parameter {parameter.Name}: bad time value or unit: {text}");
        }

        long seconds = number * unitSeconds;
        if (seconds < parameter.Minimum || seconds > parameter.Maximum)
        {
            string bound = seconds < parameter.Minimum ? $"min {parameter.Minimum}" : $"max {parameter.Maximum}";
            throw new FatalException($"invalid {parameter.Name}: {seconds} ({bound})");
        }

        return (int)seconds;
    }

    /// <summary><c>yes</c> or <c>no</c> in any case: <c>bad boolean configuration: NAME = TEXT</c>.</summary>
    internal static bool Boolean(ParameterDefinition parameter, string text)
    {
        bool isYes = text.Equals("yes", StringComparison.OrdinalIgnoreCase);
        return isYes || text.Equals("no", StringComparison.OrdinalIgnoreCase)
            ? isYes
            : throw new FatalException($"bad boolean configuration: {parameter.Name} = {text}");
    }

    private static long Number(ParameterDefinition parameter, string text, long typeMin, long typeMax, long maximum)
    {
        int end = NumberText.TakeInteger(text, out long number);
        if (end == 0 || end != text.Length || number < typeMin || number > typeMax)
        {
            throw new FatalException($"bad numerical configuration: {parameter.Name} = {text}");
        }

        if (number < parameter.Minimum || number > maximum)
        {
            string bound = number < parameter.Minimum ? $"< {parameter.Minimum}" : $"> {maximum}";
            throw new FatalException($"invalid {parameter.Name} parameter value {number} {bound}");
        }

        return number;
    }

    private static int UnitShift(char unit) => char.ToLowerInvariant(unit) switch
    {
        'k' => 10,
        'm' => 20,
        'g' => 30,
        _ => -1,
    };

    private static int UnitSeconds(char unit) => unit switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86400,
        'w' => 604800,
        _ => 0,
    };
}
