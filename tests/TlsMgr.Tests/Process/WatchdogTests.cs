using System;
using System.Threading;
using Shouldly;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Process;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Process;

public sealed class WatchdogTests : IDisposable
{
    private readonly EventLoop _loop = new(new ManualClock());

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void A_loop_that_turns_between_checks_is_not_stuck()
    {
        using Watchdog watchdog = new(_loop, TimeSpan.FromHours(5), () => throw new InvalidOperationException());
        for (int i = 0; i < 10; i++)
        {
            watchdog.IsStuck().ShouldBeFalse();
            _loop.Turn(mayWait: false);
        }
    }

    [Fact]
    public void A_loop_that_does_not_turn_for_three_checks_is_stuck()
    {
        using Watchdog watchdog = new(_loop, TimeSpan.FromHours(5), () => { });
        _loop.Turn(mayWait: false);

        watchdog.IsStuck().ShouldBeFalse("the first check only records the turn");
        watchdog.IsStuck().ShouldBeFalse();
        watchdog.IsStuck().ShouldBeFalse();
        watchdog.IsStuck().ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(18_000, 3)]
    [InlineData(100 * 86_400, 100)]
    [InlineData(int.MaxValue, 24_856)]
    public void A_long_timeout_takes_more_checks_at_intervals_of_a_day_at_most(int timeoutSeconds, int checks)
    {
        TimeSpan timeout = TimeSpan.FromSeconds(timeoutSeconds);
        using Watchdog watchdog = new(_loop, timeout, () => { });

        watchdog.Interval.ShouldBeLessThanOrEqualTo(TimeSpan.FromDays(1), ".NET can wait that long");
        (watchdog.Interval * checks).ShouldBe(timeout, TimeSpan.FromSeconds(1));
        for (int check = 0; check < checks; check++)
        {
            watchdog.IsStuck().ShouldBeFalse();
        }

        watchdog.IsStuck().ShouldBeTrue();
    }

    [Fact]
    public void Its_thread_reports_a_stuck_loop()
    {
        using ManualResetEventSlim expired = new();
        using Watchdog watchdog = new(_loop, TimeSpan.FromMilliseconds(30), expired.Set);

        watchdog.Start(new Log());

        expired.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken).ShouldBeTrue();
    }
}
