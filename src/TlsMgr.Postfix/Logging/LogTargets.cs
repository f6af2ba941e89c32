// The places where the records of a Postfix daemon go: the system's log, Postfix's own log file (postlogd(8)), and
// standard error. None of them throws. How long the first two may wait for a reader, DatagramSender says.

using System;
using System.Text;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Logging;

/// <summary>
/// A log behind a datagram socket. Records that it does not take are counted; the count is told once it takes records
/// again, at most once a minute.
/// </summary>
/// <param name="sender">Connected to the socket.</param>
/// <param name="clock">The time of the records.</param>
public abstract class DatagramTarget(DatagramSender sender, TimeProvider clock) : ILogTarget
{
    private long _lost;
    private long _toldAt;

    /// <summary>The time as it stands in a record.</summary>
    private protected string Time => LogRecord.Time(clock);

    /// <inheritdoc/>
    public void Write(LogSeverity severity, string text)
    {
        bool isTaken = Send(severity, text);
        _lost += isTaken ? 0 : 1;
        if (isTaken && _lost > 0 && MayTell() && Send(LogSeverity.Warning, $"{_lost} log records were lost"))
        {
            _toldAt = clock.GetTimestamp();
            _lost = 0;
        }
    }

    /// <summary>What stands before the text of a record.</summary>
    private protected abstract string Head(LogSeverity severity);

    private bool Send(LogSeverity severity, string text) =>
        sender.Send(LogRecord.Encode(Head(severity), LogRecord.Prefixed(severity, text)));

    private bool MayTell() =>
        _toldAt == 0 || clock.GetElapsedTime(_toldAt).TotalSeconds >= LogLimits.RepeatedWarningSeconds;
}

/// <summary>The system's log, <c>/dev/log</c>: <c>&lt;PRI&gt;TIME TAG[PID]: TEXT</c>.</summary>
/// <param name="sender">Connected to /dev/log.</param>
/// <param name="clock">The time of the records.</param>
/// <param name="facility">Facility, shifted as openlog(3) takes it: <see cref="SyslogFacility.Find"/>.</param>
/// <param name="tag">The name before the process id: <c>postfix/tlsmgr</c>.</param>
public sealed class SyslogTarget(DatagramSender sender, TimeProvider clock, int facility, string tag)
    : DatagramTarget(sender, clock)
{
    /// <summary>Where the system takes log records.</summary>
    public const string SocketPath = "/dev/log";

    private protected override string Head(LogSeverity severity) =>
        $"<{facility | LogRecord.SyslogLevel(severity)}>{Time} {tag}[{Environment.ProcessId}]: ";
}

/// <summary>Postfix's log file by way of postlogd(8): <c>TIME HOST TAG[PID]: TEXT</c>.</summary>
/// <param name="sender">Connected to postlogd's socket.</param>
/// <param name="clock">The time of the records.</param>
/// <param name="host">The first label of the host's name.</param>
/// <param name="tag">The name before the process id.</param>
public sealed class PostlogTarget(DatagramSender sender, TimeProvider clock, string host, string tag)
    : DatagramTarget(sender, clock)
{
    private protected override string Head(LogSeverity severity) =>
        $"{Time} {host} {tag}[{Environment.ProcessId}]: ";
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
