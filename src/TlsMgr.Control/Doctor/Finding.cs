using System.Collections.Generic;

namespace TlsMgr.Control.Doctor;

/// <summary>The result of a check, for people.</summary>
/// <param name="Check">The name of the check.</param>
/// <param name="Verdict">Its severity.</param>
/// <param name="Text">The state, or the fault.</param>
/// <param name="Remedy">The remedy; without texts for none.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Text, Remedy Remedy = default)
{
    /// <summary>What this fault makes fail.</summary>
    internal Effects Causes { get; init; }

    /// <summary>What this finding observes: it is no fault of its own where another one causes that.</summary>
    internal Effects Observes { get; init; }

    /// <summary>The texts of findings that this fault explains.</summary>
    internal IReadOnlyList<string> Consequences { get; init; } = [];
}
