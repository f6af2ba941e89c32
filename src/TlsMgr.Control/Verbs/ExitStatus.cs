namespace TlsMgr.Control.Verbs;

/// <summary>The exit statuses of every verb; tlsmgrctl(1) documents them.</summary>
internal static class ExitStatus
{
    /// <summary>Success.</summary>
    internal const int Good = 0;

    /// <summary>Nothing found, a request refused, or a fault found by doctor.</summary>
    internal const int Negative = 1;

    /// <summary>A fault of the command line or of the configuration.</summary>
    internal const int Refused = 2;

    /// <summary>tlsmgr cannot be reached, does not reply, or sends a malformed reply.</summary>
    internal const int NoReply = 3;

    /// <summary>The output cannot be written, or its reader is gone.</summary>
    internal const int Unwritable = 4;

    /// <summary>A fault of tlsmgrctl itself, or not enough memory for it.</summary>
    internal const int Internal = 5;
}
