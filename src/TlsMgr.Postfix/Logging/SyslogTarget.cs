using System;

namespace TlsMgr.Postfix.Logging;

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
