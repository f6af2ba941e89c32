namespace TlsMgr.Postfix.Config;

/// <summary>One row of a table of parameters. The type of the value is chosen by the method that reads it.</summary>
/// <param name="Name">The name in main.cf.</param>
/// <param name="Default">The unexpanded default.</param>
/// <param name="Minimum">The minimum value, in seconds for a time; for a text the minimum length.</param>
/// <param name="Maximum">The maximum value, in seconds for a time; not used for a text.</param>
public sealed record ParameterDefinition(
    string Name, string Default, int Minimum = 0, int Maximum = int.MaxValue)
{
    /// <summary>Whether Postfix does not have it: then <c>tlsmgr.cf</c> may set it, too.</summary>
    public bool IsOwn { get; init; }
}
