// The destinations of a Postfix daemon's log records: syslog, Postfix's log file (postlogd(8)) and standard error.
// DatagramSender documents how long the first two may wait for a reader.

using System;
using System.Text;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Logging;

/// <summary>
/// A log with a datagram socket. A record counts as written when it is held. Lost records are counted; the count is
/// logged when the socket accepts records again, at most once a minute.
/// </summary>
/// <param name="sender">The sender to the socket.</param>
/// <param name="clock">The time of the records.</param>
public abstract class DatagramTarget(DatagramSender sender, TimeProvider clock) : ILogTarget
{
    private long _lost;
    private long _lossLoggedAt;

    /// <summary>The current time in the format of a record.</summary>
    private protected string Time => LogRecord.Time(clock);

    /// <inheritdoc/>
    public void Write(LogSeverity severity, string text)
    {
        bool isSent = Send(severity, text);
        _lost += isSent ? 0 : 1;
        if (isSent && _lost > 0 && MayLogLoss() && Send(LogSeverity.Warning, $"{_lost} log records were lost"))
        {
            _lossLoggedAt = clock.GetTimestamp();
            _lost = 0;
        }

        if (severity >= LogSeverity.Fatal)
        {
            // The process is ending: no turn of the event loop will send what is held.
            sender.SendHeld(LogLimits.FinalWaitMilliseconds);
        }
    }

    /// <summary>The part of a record before the text.</summary>
    private protected abstract string Head(LogSeverity severity);

    private bool Send(LogSeverity severity, string text) =>
        sender.Send(LogRecord.Encode(Head(severity), LogRecord.Prefixed(severity, text)));

    private bool MayLogLoss() =>
        _lossLoggedAt == 0 || clock.GetElapsedTime(_lossLoggedAt).TotalSeconds >= LogLimits.RepeatedWarningSeconds;
}

/// <summary>Syslog, <c>/dev/log</c>: <c>&lt;PRI&gt;TIME TAG[PID]: TEXT</c>.</summary>
/// <param name="sender">The sender to /dev/log.</param>
/// <param name="clock">The time of the records.</param>
/// <param name="facility">The facility, shifted as for openlog(3): <see cref="SyslogFacility.Find"/>.</param>
/// <param name="tag">The name before the process id: <c>postfix/tlsmgr</c>.</param>
public sealed class SyslogTarget(DatagramSender sender, TimeProvider clock, int facility, string tag)
    : DatagramTarget(sender, clock)
{
    /// <summary>The path of syslog's socket.</summary>
    public const string SocketPath = "/dev/log";

    private protected override string Head(LogSeverity severity) =>
        $"<{facility | LogRecord.SyslogLevel(severity)}>{Time} {tag}[{Environment.ProcessId}]: ";
}

/// <summary>Postfix's log file, written by postlogd(8): <c>TIME HOST TAG[PID]: TEXT</c>.</summary>
/// <param name="sender">The sender to postlogd's socket.</param>
/// <param name="clock">The time of the records.</param>
/// <param name="host">The first label of the host name.</param>
/// <param name="tag">The name before the process id.</param>
public sealed class PostlogTarget(DatagramSender sender, TimeProvider clock, string host, string tag)
    : DatagramTarget(sender, clock)
{
    private protected override string Head(LogSeverity severity) =>
        $"{Time} {host} {tag}[{Environment.ProcessId}]: ";
}

/// <summary>Standard error: <c>PROGRAM: TEXT</c>.</summary>
/// <param name="program">The program's name.</param>
public sealed class StandardErrorTarget(string program) : ILogTarget
{
    private const int StandardError = 2;

    /// <inheritdoc/>
    public void Write(LogSeverity severity, string text) =>
        FileDescriptor.Write(
            StandardError, Encoding.UTF8.GetBytes($"{program}: {LogRecord.Prefixed(severity, text)}\n"));
}
