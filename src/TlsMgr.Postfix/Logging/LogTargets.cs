// The places where the records of a Postfix daemon go: the system's log, Postfix's own log file (postlogd(8)), and
// standard error. None of them throws. How long the first two may wait for a reader, DatagramSender says.

using System;
using System.Text;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Logging;

/// <summary>The system's log, <c>/dev/log</c>: <c>&lt;PRI&gt;TIME TAG[PID]: TEXT</c>.</summary>
/// <param name="sender">Connected to /dev/log.</param>
/// <param name="clock">The time of the records.</param>
/// <param name="facility">Facility, shifted as openlog(3) takes it: <see cref="SyslogFacility.Find"/>.</param>
/// <param name="tag">The name before the process id: <c>postfix/tlsmgr</c>.</param>
public sealed class SyslogTarget(DatagramSender sender, TimeProvider clock, int facility, string tag) : ILogTarget
{
    /// <summary>Where the system takes log records.</summary>
    public const string SocketPath = "/dev/log";

    /// <inheritdoc/>
    public void Write(LogSeverity severity, string text)
    {
        int priority = facility | LogRecord.SyslogLevel(severity);
        string head = $"<{priority}>{LogRecord.Time(clock)} {tag}[{Environment.ProcessId}]: ";
        sender.Send(LogRecord.Encode(head, LogRecord.Prefixed(severity, text)));
    }
}

/// <summary>Postfix's log file by way of postlogd(8): <c>TIME HOST TAG[PID]: TEXT</c>.</summary>
/// <param name="sender">Connected to postlogd's socket.</param>
/// <param name="clock">The time of the records.</param>
/// <param name="host">The first label of the host's name.</param>
/// <param name="tag">The name before the process id.</param>
public sealed class PostlogTarget(DatagramSender sender, TimeProvider clock, string host, string tag) : ILogTarget
{
    /// <inheritdoc/>
    public void Write(LogSeverity severity, string text)
    {
        string head = $"{LogRecord.Time(clock)} {host} {tag}[{Environment.ProcessId}]: ";
        sender.Send(LogRecord.Encode(head, LogRecord.Prefixed(severity, text)));
    }
}

/// <summary>Standard error, for a person: <c>PROGRAM: TEXT</c>.</summary>
/// <param name="program">The program's name.</param>
public sealed class StandardErrorTarget(string program) : ILogTarget
{
    private const int StandardError = 2;

    /// <inheritdoc/>
    public void Write(LogSeverity severity, string text) =>
        FileDescriptor.Write(
            StandardError, Encoding.UTF8.GetBytes($"{program}: {LogRecord.Prefixed(severity, text)}\n"));
}
