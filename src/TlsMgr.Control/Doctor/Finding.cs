namespace TlsMgr.Control.Doctor;

/// <summary>The severity of a finding.</summary>
internal enum Verdict
{
    /// <summary>No fault.</summary>
    Ok,

    /// <summary>It works, and the administrator should know.</summary>
    Note,

    /// <summary>It does not work, or will stop working.</summary>
    Fault,
}

/// <summary>The result of a check, for people.</summary>
/// <param name="Check">The name of the check.</param>
/// <param name="Verdict">Its severity.</param>
/// <param name="Text">The state, or the fault.</param>
/// <param name="Remedy">The remedy; empty without one.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Text, string Remedy = "");
