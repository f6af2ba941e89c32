// Timers of the event loop. They run on the loop's thread, between requests, and follow the monotonic clock: setting
// the time of day neither delays nor hurries them. Must never be used from another thread.

using System;
using System.Collections.Generic;

namespace TlsMgr.Postfix.Events;

/// <summary>Actions to run later. The event loop asks when the next one is due, and runs those that are.</summary>
/// <param name="clock">The clock to follow; its timestamps, not its time of day.</param>
public sealed class TimerQueue(TimeProvider clock)
{
    private readonly PriorityQueue<ScheduledTimer, long> _timers = new();

    /// <summary>The clock that is followed.</summary>
    public TimeProvider Clock => clock;

    /// <summary>Runs an action once, after a delay.</summary>
    /// <param name="delay">How long to wait; zero or less means the next turn of the loop.</param>
    /// <param name="action">What to run. It may schedule again; it must not throw.</param>
    /// <returns>The timer, to be cancelled with <see cref="ScheduledTimer.Cancel"/>.</returns>
    public ScheduledTimer Schedule(TimeSpan delay, Action action)
    {
        ScheduledTimer timer = new(action);
        _timers.Enqueue(timer, clock.GetTimestamp() + (long)(delay.TotalSeconds * clock.TimestampFrequency));
        return timer;
    }

    /// <summary>Milliseconds until the next timer is due: 0 when one is, -1 when there is none.</summary>
    public int MillisecondsUntilNext()
    {
        while (_timers.TryPeek(out ScheduledTimer? timer, out long due))
        {
            if (!timer.IsCancelled)
            {
                // Rounded up: a loop that wakes too early would only turn once more for nothing.
                double milliseconds = Math.Ceiling((due - clock.GetTimestamp()) * 1000.0 / clock.TimestampFrequency);
                return (int)Math.Clamp(milliseconds, 0, int.MaxValue);
            }

            _timers.Dequeue();
        }

        return -1;
    }

    /// <summary>Runs what is due now, in order of time; what these actions schedule waits for the next call.</summary>
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

/// <summary>One action that waits for its time.</summary>
public sealed class ScheduledTimer
{
    private readonly Action _action;

    internal ScheduledTimer(Action action) => _action = action;

    /// <summary>Whether it will never run.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Lets it never run. Does nothing when it has run.</summary>
    public void Cancel() => IsCancelled = true;

    internal void Run()
    {
        if (!IsCancelled)
        {
            IsCancelled = true;
            _action();
        }
    }
}
