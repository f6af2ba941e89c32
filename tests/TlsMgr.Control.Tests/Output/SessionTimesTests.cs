using System;
using Shouldly;
using TlsMgr.Control.Output;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

public sealed class SessionTimesTests
{
    private const long Day = 24 * 60 * 60;
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory]
    [InlineData(1_700_000_000, 3600)]
    [InlineData(0, 0)]
    [InlineData(1_800_000_000 + Day, -5)]
    [InlineData(1_700_000_000, int.MaxValue)]
    public void Possible_times_are_shown(long stored, long left)
    {
        SessionTimes times = new(stored, left, Now);

        (times.StoredSeconds, times.LeftSeconds).ShouldBe((stored, left));
        times.StoredText.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(stored).LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss"));
        times.LeftText.ShouldBe($"{left}");
    }

    [Theory]
    [InlineData(long.MinValue, 0)]
    [InlineData(-1, 0)]
    [InlineData(1_800_000_001 + Day, 0)]
    [InlineData(253_402_300_800, 0)]
    [InlineData(long.MaxValue, 0)]
    [InlineData(1_700_000_000, 2_147_483_648)]
    [InlineData(1_700_000_000, long.MinValue)]
    public void Impossible_times_are_damage(long stored, long left)
    {
        SessionTimes times = new(stored, left, Now);

        (times.StoredSeconds, times.LeftSeconds).ShouldBe((null, null));
        (times.StoredText, times.LeftText).ShouldBe(("damaged", "-"));
    }
}
