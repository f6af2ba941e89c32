using System;

namespace TlsMgr.Postfix.Logging;

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
