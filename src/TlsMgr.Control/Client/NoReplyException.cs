using System;

namespace TlsMgr.Control.Client;

/// <summary>
/// tlsmgr cannot be reached, does not reply in time, or sends a malformed reply: exit status 3. The message is one line
/// that names the socket and the failure.
/// </summary>
internal sealed class NoReplyException(string message) : Exception(message)
{
    /// <summary>Whether this user may not connect: exit status 2.</summary>
    internal bool IsDenied { get; init; }

    /// <summary>
    /// Whether the connection ended before the first reply, as those do that wait for a daemon which exits at a reload:
    /// the next daemon serves another one.
    /// </summary>
    internal bool IsLost { get; init; }

    /// <summary>Makes a connection and uses it; once more where the first one is lost in that way.</summary>
    internal static T OrAgain<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (NoReplyException fault) when (fault.IsLost)
        {
            return use();
        }
    }
}
