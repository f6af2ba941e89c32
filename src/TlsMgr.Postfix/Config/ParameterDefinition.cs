// What is known of a parameter before anybody sets it. Must never hold a value that somebody set.

namespace TlsMgr.Postfix.Config;

/// <summary>How the text of a parameter is read.</summary>
public enum ParameterKind
{
    /// <summary>A text; its bounds are those of its length in bytes.</summary>
    Text,

    /// <summary>A time in seconds: a number, and perhaps one of s m h d w.</summary>
    Time,

    /// <summary>A decimal number.</summary>
    Integer,

    /// <summary><c>yes</c> or <c>no</c>.</summary>
    Boolean,
}

/// <summary>One row of a table of parameters.</summary>
/// <param name="Name">The name in main.cf.</param>
/// <param name="Kind">How its text is read.</param>
/// <param name="Default">The unexpanded text when nobody sets it.</param>
/// <param name="Minimum">The least value, in seconds for a time; for a text the least length.</param>
/// <param name="Maximum">The greatest value, in seconds for a time; not used for a text.</param>
public sealed record ParameterDefinition(
    string Name, ParameterKind Kind, string Default, int Minimum = 0, int Maximum = int.MaxValue);
