// Clients can cause any number of warnings about faulty requests. Up to a limit per second they are written with the
// text of Postfix's tlsmgr; the others are counted, and their number is logged once a minute.

using System;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Requests.Common;

/// <summary>Writes up to <see cref="DispatchLimits.FaultWarningsPerSecond"/> warnings and counts the others.</summary>
/// <param name="log">Receives the warnings.</param>
/// <param name="timers">Timers of the event loop.</param>
/// <param name="peer">The name of a client in the log.</param>
internal sealed class FaultWarningLimiter(Log log, TimerQueue timers, string peer)
{
    private long _secondStart;
    private int _admitted;
    private long _suppressed;

    /// <summary>
    /// Whether one more warning may be written; otherwise it is counted as suppressed. Called before the warning's text
    /// is formatted, because formatting costs more than serving most requests.
    /// </summary>
    internal bool TryAdmit()
    {
        if (_admitted == 0 || timers.Clock.GetElapsedTime(_secondStart) >= TimeSpan.FromSeconds(1))
        {
            _secondStart = timers.Clock.GetTimestamp();
            _admitted = 0;
        }

        if (_admitted < DispatchLimits.FaultWarningsPerSecond)
        {
            _admitted++;
            return true;
        }

        if (_suppressed++ == 0)
        {
            timers.Schedule(TimeSpan.FromSeconds(LogLimits.RepeatedWarningSeconds), LogSuppressed);
        }

        return false;
    }

    /// <summary>Writes a warning that <see cref="TryAdmit"/> admitted.</summary>
    internal void Write(string text) => log.Warning(text);

    private void LogSuppressed()
    {
        log.Warning($"{_suppressed} warnings of faulty requests from {peer} were left out");
        _suppressed = 0;
    }
}
