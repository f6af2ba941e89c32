using System;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Server;

/// <summary>Logs and counts connections that ended other than by the client's disconnect.</summary>
/// <param name="peer">The name of a client in the log.</param>
/// <param name="clock">Measures the time between warnings of one kind.</param>
/// <param name="log">Receives the warnings.</param>
/// <param name="counters">Counts the ends.</param>
internal sealed class ConnectionEndLog(string peer, TimeProvider clock, Log log, ConnectionCounters counters)
{
    private long _scarcityLoggedAt;

    /// <summary>Reports a connection that was closed because it missed a deadline.</summary>
    /// <param name="overdue">The missed deadline.</param>
    /// <param name="isInsideValue">Whether the unfinished request ends inside a value, rather than a name.</param>
    internal void Timeout(Overdue overdue, bool isInsideValue)
    {
        string action = overdue == Overdue.Reply ? "writing reply"
            : isInsideValue ? "reading input attribute value"
            : "reading input attribute name";
        counters.Timeouts++;
        log.Warning($"timeout on {peer} while {action}");
    }

    /// <summary>
    /// Reports a conversation that ended, or an exception. The warning contains only the type of an exception: its text
    /// might quote data of a client.
    /// </summary>
    internal void Ended(ConversationEnd end, Exception? fault)
    {
        end = fault is OutOfMemoryException ? ConversationEnd.MemoryScarce : end;
        counters.Oversized += end is ConversationEnd.MessageTooLong or ConversationEnd.MemoryScarce ? 1 : 0;
        if (fault is not null and not OutOfMemoryException)
        {
            counters.Unforeseen++;
            log.Warning($"unexpected {fault.GetType().Name} while serving {peer} -- disconnecting");
        }
        else if (end == ConversationEnd.MessageTooLong)
        {
            log.Warning($"request from {peer} is longer than {ServerLimits.MessageBytes} bytes -- disconnecting");
        }
        else if (end == ConversationEnd.MemoryScarce)
        {
            WarnOfScarcity();
        }
        else if (end == ConversationEnd.Trigger && log.IsVerbose)
        {
            log.Info("received master trigger");
        }
    }

    private void WarnOfScarcity()
    {
        if (_scarcityLoggedAt == 0
            || clock.GetElapsedTime(_scarcityLoggedAt).TotalSeconds >= LogLimits.RepeatedWarningSeconds)
        {
            _scarcityLoggedAt = clock.GetTimestamp();
            log.Warning($"memory is scarce while serving {peer} -- disconnecting");
        }
    }
}
