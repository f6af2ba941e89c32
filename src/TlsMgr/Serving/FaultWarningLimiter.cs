// Warnings of faulty requests, which a client can cause without end: so many a second are written, each word by word
// as in the original; of the rest only their number, once a minute. Must never cost more than the request it is about.

using System;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Serving;

/// <summary>Writes warnings up to <see cref="ServingLimits.FaultWarningsPerSecond"/>, and counts the others.</summary>
/// <param name="log">Takes the warnings.</param>
/// <param name="timers">Timers of the event loop.</param>
/// <param name="peer">What a client is called in the log.</param>
internal sealed class FaultWarningLimiter(Log log, TimerQueue timers, string peer)
{
    private long _secondBegan;
    private int _written;
    private long _leftOut;

    /// <summary>
    /// Whether one more warning may be written; it is counted as left out otherwise. To be asked before its text is put
    /// together, which costs more than most requests.
    /// </summary>
    internal bool HasRoom()
    {
        if (_written == 0 || timers.Clock.GetElapsedTime(_secondBegan) >= TimeSpan.FromSeconds(1))
        {
            _secondBegan = timers.Clock.GetTimestamp();
            _written = 0;
        }

        if (_written < ServingLimits.FaultWarningsPerSecond)
        {
            _written++;
            return true;
        }

        if (_leftOut++ == 0)
        {
            timers.Schedule(TimeSpan.FromSeconds(LogLimits.RepeatedWarningSeconds), LogLeftOut);
        }

        return false;
    }

    /// <summary>Writes one that there is room for.</summary>
    internal void Write(string text) => log.Warning(text);

    private void LogLeftOut()
    {
        log.Warning($"{_leftOut} warnings of faulty requests from {peer} were left out");
        _leftOut = 0;
    }
}
