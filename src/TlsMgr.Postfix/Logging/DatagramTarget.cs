// The destinations that take datagrams: syslog, and Postfix's log file (postlogd(8)). DatagramSender documents how long
// they may wait for a reader.

using System;

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
