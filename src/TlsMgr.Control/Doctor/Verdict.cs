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
