using System;
using System.Collections.Generic;
using Shouldly;
using TlsMgr.Postfix.Events;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Events;

public sealed class TimerQueueTests
{
    private readonly ManualClock _clock = new();
    private readonly List<string> _ran = [];

    [Fact]
    public void Due_timers_run_once_in_order_of_time()
    {
        TimerQueue timers = new(_clock);
        timers.Schedule(TimeSpan.FromSeconds(2), () => _ran.Add("second"));
        timers.Schedule(TimeSpan.FromSeconds(1), () => _ran.Add("first"));

        timers.MillisecondsUntilNext().ShouldBe(1000);
        timers.RunDue();
        _ran.ShouldBeEmpty();

        _clock.Advance(TimeSpan.FromSeconds(5));
        timers.MillisecondsUntilNext().ShouldBe(0);
        timers.RunDue();
        timers.RunDue();
        _ran.ShouldBe(["first", "second"]);
        timers.MillisecondsUntilNext().ShouldBe(-1);
    }

    [Fact]
    public void A_cancelled_timer_neither_runs_nor_wakes_the_loop()
    {
        TimerQueue timers = new(_clock);
        timers.Schedule(TimeSpan.FromSeconds(1), () => _ran.Add("cancelled")).Cancel();

        timers.MillisecondsUntilNext().ShouldBe(-1);
        _clock.Advance(TimeSpan.FromSeconds(2));
        timers.RunDue();
        _ran.ShouldBeEmpty();
    }

    [Fact]
    public void A_timer_that_reschedules_itself_at_once_does_not_block_the_loop()
    {
        TimerQueue timers = new(_clock);
        int runs = 0;
        void Again()
        {
            runs++;
            timers.Schedule(TimeSpan.Zero, Again);
        }

        timers.Schedule(TimeSpan.Zero, Again);
        timers.RunDue();
        timers.RunDue();

        runs.ShouldBe(2);
    }

    [Fact]
    public void Setting_the_time_of_day_does_not_move_timers()
    {
        TimerQueue timers = new(_clock);
        timers.Schedule(TimeSpan.FromSeconds(60), () => _ran.Add("minute"));

        _clock.SetTimeOfDay(_clock.GetUtcNow().AddDays(1));
        timers.RunDue();

        _ran.ShouldBeEmpty();
        timers.MillisecondsUntilNext().ShouldBe(60_000);
    }
}
