// A fault at start-up after which the daemon cannot go on. Only the executable catches it: log, wait a second, exit 1.
// Must never be thrown for anything that a client sent.

using System;

namespace TlsMgr.Postfix.Logging;

/// <summary>
/// The daemon cannot start. The message is the text of the <c>fatal:</c> record, without that prefix.
/// </summary>
public sealed class FatalException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">One line that names the thing, the value and the reason, in Postfix's words.</param>
    public FatalException(string message)
        : base(message)
    {
    }
}
