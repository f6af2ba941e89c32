// The five words of Postfix's log.

namespace TlsMgr.Postfix.Logging;

/// <summary>How much a log record matters, in Postfix's five words (its prefixes and syslog levels).</summary>
public enum LogSeverity
{
    /// <summary>What happened; no prefix.</summary>
    Info,

    /// <summary>Something is wrong and the daemon goes on: <c>warning: </c>.</summary>
    Warning,

    /// <summary>Something does not work and the rest goes on: <c>error: </c>.</summary>
    Error,

    /// <summary>The daemon cannot go on: <c>fatal: </c>.</summary>
    Fatal,

    /// <summary>The daemon found itself in a state that cannot be: <c>panic: </c>.</summary>
    Panic,
}
