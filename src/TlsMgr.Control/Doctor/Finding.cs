// What a check found. Texts are for people: what is wrong, and what to do.

namespace TlsMgr.Control.Doctor;

/// <summary>How bad it is.</summary>
internal enum Verdict
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, but somebody should know.</summary>
    Note,

    /// <summary>It does not work, or not for long.</summary>
    Fault,
}

/// <summary>One line of the report.</summary>
/// <param name="Check">The name of the check.</param>
/// <param name="Verdict">How bad it is.</param>
/// <param name="Text">What was found.</param>
/// <param name="Remedy">What to do; empty when there is nothing to do.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Text, string Remedy = "");
