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
    public void A_loop_that_turns_between_looks_is_alive()
    {
        using Watchdog watchdog = new(_loop, TimeSpan.FromHours(5), () => throw new InvalidOperationException());
        for (int i = 0; i < 10; i++)
        {
            watchdog.LookOnce().ShouldBeFalse();
            _loop.Turn(mayWait: false);
        }
    }

    [Fact]
    public void A_loop_that_does_not_turn_for_three_looks_is_stuck()
    {
        using Watchdog watchdog = new(_loop, TimeSpan.FromHours(5), () => { });
        _loop.Turn(mayWait: false);

        watchdog.LookOnce().ShouldBeFalse("the first look only learns where the loop is");
        watchdog.LookOnce().ShouldBeFalse();
        watchdog.LookOnce().ShouldBeFalse();
        watchdog.LookOnce().ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(18_000, 3)]
    [InlineData(100 * 86_400, 100)]
    [InlineData(int.MaxValue, 24_856)]
    public void A_long_timeout_takes_more_looks_of_a_day_at_most(int timeoutSeconds, int looks)
    {
        TimeSpan timeout = TimeSpan.FromSeconds(timeoutSeconds);
        using Watchdog watchdog = new(_loop, timeout, () => { });

        watchdog.Interval.ShouldBeLessThanOrEqualTo(TimeSpan.FromDays(1), ".NET can wait for that");
        (watchdog.Interval * looks).ShouldBe(timeout, TimeSpan.FromSeconds(1));
        for (int look = 0; look < looks; look++)
        {
            watchdog.LookOnce().ShouldBeFalse();
        }

        watchdog.LookOnce().ShouldBeTrue();
    }

    [Fact]
    public void Its_thread_tells_of_a_loop_that_is_stuck()
    {
        using ManualResetEventSlim expired = new();
        using Watchdog watchdog = new(_loop, TimeSpan.FromMilliseconds(30), expired.Set);

        watchdog.Start(new Log());

        expired.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken).ShouldBeTrue();
    }
}
