namespace TlsMgr.Control.Doctor;

/// <summary>How a finding is mended.</summary>
/// <param name="Command">A line for a shell of root; empty when no command does it.</param>
/// <param name="Advice">What no command can do, or what else is possible; empty for nothing.</param>
internal readonly record struct Remedy(string Command, string Advice = "")
{
    /// <summary>A remedy that only a person can carry out.</summary>
    internal static Remedy Advise(string advice) => new("", advice);

    /// <summary>The remedy with more advice.</summary>
    internal Remedy With(string advice) => this with
    {
        Advice = string.IsNullOrEmpty(Advice) ? advice : $"{Advice}; {advice}",
    };
}
