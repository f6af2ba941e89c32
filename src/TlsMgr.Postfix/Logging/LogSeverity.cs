namespace TlsMgr.Postfix.Logging;

/// <summary>The five severities of Postfix's log, each with a prefix and a syslog level.</summary>
public enum LogSeverity
{
    /// <summary>An event; no prefix.</summary>
    Info,

    /// <summary>A fault that does not keep the daemon from working: <c>warning: </c>.</summary>
    Warning,

    /// <summary>A part of the daemon fails while the others work: <c>error: </c>.</summary>
    Error,

    /// <summary>The daemon cannot continue: <c>fatal: </c>.</summary>
    Fatal,

    /// <summary>The daemon is in an impossible state, a bug: <c>panic: </c>.</summary>
    Panic,
}
