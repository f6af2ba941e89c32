// The exit statuses of tlsmgrctl, as its manual page documents them.

namespace TlsMgr.Control.Verbs;

/// <summary>What the exit status of every verb means.</summary>
internal static class ExitStatus
{
    /// <summary>All went well.</summary>
    internal const int Good = 0;

    /// <summary>The answer is no: nothing found, a request refused, or doctor found a fault.</summary>
    internal const int Negative = 1;

    /// <summary>The command line or the configuration is at fault.</summary>
    internal const int Refused = 2;

    /// <summary>tlsmgr does not answer.</summary>
    internal const int NoAnswer = 3;

    /// <summary>The output cannot be written, or nobody reads it any more.</summary>
    internal const int Unwritable = 4;
}
