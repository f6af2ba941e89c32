// What the library throws, as values. Invariant: a text names no key and no value; a server chooses the rest of its
// error texts, so that they are shortened here and cleaned by the log.

using System;
using System.Net.Sockets;
using System.Security.Authentication;
using StackExchange.Redis;

namespace TlsMgr.Pool.Servers;

/// <summary>Why a server did not do what it was asked.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Text">The reason, for the log.</param>
internal sealed record ServerFault(FaultKind Kind, string Text)
{
    private const string PermissionMark = " the '";
    private const string ErrorMark = "SimpleError: ";

    /// <summary>No reply in time.</summary>
    internal static readonly ServerFault Overdue =
        new(FaultKind.Unreachable, $"no reply within {StoreLimits.ReplyMilliseconds} ms");

    /// <summary>No connection has been made or refused so far.</summary>
    internal static readonly ServerFault NotConnected = new(FaultKind.Unreachable, "not connected yet");

    /// <summary>The command that the ACL forbids; null for other faults.</summary>
    internal string? ForbiddenCommand
    {
        get
        {
            // NOPERM User alice has no permissions to run the 'xadd' command
            int start = Kind == FaultKind.NotPermitted ? Text.IndexOf(PermissionMark, StringComparison.Ordinal) : -1;
            int end = start < 0 ? -1 : Text.IndexOf('\'', start + PermissionMark.Length);
            return end < 0 ? null : Text[(start + PermissionMark.Length)..end];
        }
    }

    /// <summary>Whether the library throws such an exception when a server fails or a connection closes.</summary>
    internal static bool IsExpected(Exception fault) => fault is RedisException or TimeoutException
        or ObjectDisposedException or InvalidOperationException or OperationCanceledException;

    /// <summary>Returns the fault that an exception of the library means.</summary>
    /// <param name="fault">The exception.</param>
    /// <param name="attempt">Why the last attempt to connect failed; null when it did not.</param>
    internal static ServerFault Of(Exception fault, string? attempt) => fault switch
    {
        RedisServerException refusal => new(KindOf(refusal), Shorten(refusal.Message)),
        TimeoutException => Overdue,
        _ => new(FaultKind.Unreachable, attempt ?? Describe(fault)),
    };

    /// <summary>The innermost reason of an exception, in the words of the system.</summary>
    internal static string Describe(Exception fault)
    {
        Exception inner = fault;
        while (inner.InnerException is { } next)
        {
            inner = next;
        }

        return inner switch
        {
            SocketException { SocketErrorCode: SocketError.OperationAborted } => "timed out",
            SocketException socket => Shorten(socket.Message),
            AuthenticationException tls => Shorten(tls.Message),
            RedisServerException refusal => Shorten(refusal.Message),
            RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } refusal =>
                Shorten(refusal.Message),
            RedisConnectionException { FailureType: ConnectionFailureType.UnableToConnect } => "timed out",
            RedisConnectionException connection => $"connection lost ({connection.FailureType})",
            TimeoutException => "no reply to the greeting",
            OperationCanceledException => "timed out",
            _ => Shorten(inner.Message),
        };
    }

    private static FaultKind KindOf(RedisServerException refusal) => refusal.Kind switch
    {
        RedisErrorKind.ReadOnly => FaultKind.ReadOnly,
        RedisErrorKind.Moved or RedisErrorKind.Ask or RedisErrorKind.UnknownRedirectTarget => FaultKind.Moved,
        RedisErrorKind.NoPermission => FaultKind.NotPermitted,
        _ => FaultKind.Refused,
    };

    /// <summary>The first line, without what the library adds to a reply of the server.</summary>
    private static string Shorten(string text)
    {
        string line = text.Split('\r', '\n')[0];
        line = line.StartsWith(ErrorMark, StringComparison.Ordinal) ? line[ErrorMark.Length..] : line;
        int advice = line.IndexOf(" Verify ", StringComparison.Ordinal);
        line = advice < 0 ? line : line[..advice];
        return line.Length <= StoreLimits.ErrorCharacters ? line : line[..StoreLimits.ErrorCharacters];
    }
}
