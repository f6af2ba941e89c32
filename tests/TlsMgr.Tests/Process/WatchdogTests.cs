using System;
using Shouldly;
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
}
