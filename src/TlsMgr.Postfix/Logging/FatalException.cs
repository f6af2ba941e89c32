using System;

namespace TlsMgr.Postfix.Logging;

/// <summary>
/// A fault that prevents the daemon from starting, never one that a client causes. Only the executable catches it: it
/// logs the message, waits a second and exits with status 1. The message is the text of the <c>fatal:</c> record
/// without that prefix.
/// </summary>
public sealed class FatalException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line with the object, the value and the reason, in Postfix's words.</param>
    public FatalException(string message)
        : base(message)
    {
    }
}
