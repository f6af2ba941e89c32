using System;
using System.Collections.Generic;

namespace TlsMgr.Postfix.Events;

/// <summary>
/// The timers of the event loop. They run on its thread, between requests, and follow the monotonic clock: setting the
/// time of day does not move them. Not thread-safe.
/// </summary>
/// <param name="clock">The clock, of which only the timestamps are used.</param>
public sealed class TimerQueue(TimeProvider clock)
{
    private readonly PriorityQueue<ScheduledTimer, long> _timers = new();

    /// <summary>The clock of the timers.</summary>
    public TimeProvider Clock => clock;

    /// <summary>Runs an action once, after a delay.</summary>
    /// <param name="delay">The delay; zero or less means the next turn of the loop.</param>
    /// <param name="action">The action. It may schedule timers; it must not throw.</param>
    /// <returns>The timer, which <see cref="ScheduledTimer.Cancel"/> cancels.</returns>
    public ScheduledTimer Schedule(TimeSpan delay, Action action)
    {
        ScheduledTimer timer = new(action);
        _timers.Enqueue(timer, clock.GetTimestamp() + (long)(delay.TotalSeconds * clock.TimestampFrequency));
        return timer;
    }

    /// <summary>
    /// Returns the milliseconds until the next timer is due: 0 when one is due, -1 when there is no timer.
    /// </summary>
    public int MillisecondsUntilNext()
    {
        while (_timers.TryPeek(out ScheduledTimer? timer, out long due))
        {
            if (!timer.IsCancelled)
            {
                // Rounded up: a loop that wakes too early needs another turn.
                double milliseconds = Math.Ceiling((due - clock.GetTimestamp()) * 1000.0 / clock.TimestampFrequency);
                return (int)Math.Clamp(milliseconds, 0, int.MaxValue);
            }

            _timers.Dequeue();
        }

        return -1;
    }

    /// <summary>
    /// Runs the timers that are due, in order of time. A timer that they schedule runs in a later call.
    /// </summary>
    public void RunDue()
    {
        long now = clock.GetTimestamp();
        for (int count = _timers.Count; count > 0; count--)
        {
            if (!_timers.TryPeek(out ScheduledTimer? timer, out long due) || due > now)
            {
                return;
            }

            _timers.Dequeue();
            timer.Run();
        }
    }
}
