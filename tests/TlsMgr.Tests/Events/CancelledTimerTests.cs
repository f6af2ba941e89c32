using System;
using System.Collections.Generic;
using Shouldly;
using TlsMgr.Postfix.Events;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Events;

/// <summary>A timer that was cancelled does not run, even when it is due.</summary>
public sealed class CancelledTimerTests
{
    private readonly ManualClock _clock = new();
    private readonly List<string> _ran = [];

    [Fact]
    public void A_timer_that_another_cancels_in_the_same_turn_does_not_run()
    {
        TimerQueue timers = new(_clock);
        ScheduledTimer? second = null;
        timers.Schedule(TimeSpan.FromSeconds(1), () =>
        {
            _ran.Add("first");
            second!.Cancel();
        });
        second = timers.Schedule(TimeSpan.FromSeconds(2), () => _ran.Add("second"));
        timers.Schedule(TimeSpan.FromSeconds(3), () => _ran.Add("third"));

        _clock.Advance(TimeSpan.FromSeconds(3));
        timers.RunDue();

        _ran.ShouldBe(["first", "third"]);
    }
}
