// What is known of a parameter before anybody sets it. Must never hold a value that somebody set.

namespace TlsMgr.Postfix.Config;

/// <summary>One row of a table of parameters. How its text is read is said where that is done.</summary>
/// <param name="Name">The name in main.cf.</param>
/// <param name="Default">The unexpanded text when nobody sets it.</param>
/// <param name="Minimum">The least value, in seconds for a time; for a text the least length.</param>
/// <param name="Maximum">The greatest value, in seconds for a time; not used for a text.</param>
public sealed record ParameterDefinition(
    string Name, string Default, int Minimum = 0, int Maximum = int.MaxValue);
