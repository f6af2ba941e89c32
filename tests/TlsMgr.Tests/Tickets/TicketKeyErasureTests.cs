using System;
using System.Collections.Generic;
using System.Linq;
using Shouldly;
using TlsMgr.Postfix.Events;
using TlsMgr.Random;
using TlsMgr.Testing;
using TlsMgr.Tickets;
using Xunit;

namespace TlsMgr.Tests.Tickets;

/// <summary>Every key is erased when its life is over, also when nobody asks for one any more.</summary>
public sealed class TicketKeyErasureTests : IDisposable
{
    private const int TimeoutSeconds = 3600;

    private readonly ManualClock _clock = new();
    private readonly TimerQueue _timers;
    private readonly RandomPool _pool;
    private readonly TicketKeyRing _ring;

    public TicketKeyErasureTests()
    {
        _pool = new RandomPool(_clock);
        _timers = new TimerQueue(_clock);
        _ring = new TicketKeyRing(_pool, _timers, TimeoutSeconds);
    }

    public void Dispose()
    {
        _ring.Dispose();
        _pool.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1, 600)]
    [InlineData(1, 600, 600)]
    [InlineData(1, 1800, 1800, 1800)]
    public void No_key_outlives_the_timeout_by_more_than_a_second(params int[] rotationsAfterSeconds)
    {
        List<TicketKey> keys = [];
        foreach (int seconds in rotationsAfterSeconds)
        {
            Pass(seconds);
            keys.Add(_ring.Rotate().ShouldNotBeNull());
        }

        keys[^1].Bytes.IsEmpty.ShouldBeFalse();
        Pass(TimeoutSeconds + 1);

        keys.Select(static key => key.Bytes.IsEmpty).ShouldAllBe(isErased => isErased);
    }

    [Fact]
    public void A_key_that_comes_after_the_last_was_erased_is_erased_too()
    {
        _ring.Rotate();
        Pass(TimeoutSeconds + 1);
        TicketKey key = _ring.Rotate().ShouldNotBeNull();
        Pass(TimeoutSeconds - 2);
        key.Bytes.IsEmpty.ShouldBeFalse();

        Pass(3);

        key.Bytes.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_rotation_that_lacks_memory_for_its_timer_does_not_end_the_erasure()
    {
        ShortClock clock = new();
        TimerQueue timers = new(clock);
        using TicketKeyRing ring = new(_pool, timers, TimeoutSeconds);
        clock.CallsUntilFault = 2;
        Should.Throw<InsufficientMemoryException>(() => ring.Rotate());
        TicketKey key = ring.Rotate().ShouldNotBeNull();

        clock.Advance(TimeSpan.FromSeconds(TimeoutSeconds));
        timers.RunDue();

        key.Bytes.IsEmpty.ShouldBeTrue();
    }

    private void Pass(int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _timers.RunDue();
        }
    }

    /// <summary>A clock of which one call throws, as an allocation may.</summary>
    private sealed class ShortClock : TimeProvider
    {
        private readonly ManualClock _clock = new();

        internal int CallsUntilFault { get; set; }

        public override long TimestampFrequency => _clock.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

        public override long GetTimestamp() =>
            CallsUntilFault > 0 && --CallsUntilFault == 0
                ? throw new InsufficientMemoryException()
                : _clock.GetTimestamp();

        internal void Advance(TimeSpan time) => _clock.Advance(time);
    }
}
