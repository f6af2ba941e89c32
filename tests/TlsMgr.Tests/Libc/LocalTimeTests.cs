using System;
using Shouldly;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Tests.Libc;

public sealed class LocalTimeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1_700_000_000)]
    [InlineData(1_720_000_000)]
    [InlineData(4_102_444_799)]
    public void A_time_is_that_of_the_zone_of_the_process(long seconds)
    {
        DateTime expected = DateTimeOffset.FromUnixTimeSeconds(seconds).LocalDateTime;

        LocalTime.Of(seconds).ShouldBe(new LocalTime(
            expected.Year, expected.Month, expected.Day, expected.Hour, expected.Minute, expected.Second));
    }

    [Fact]
    public void A_year_that_cannot_be_is_1970() =>
        LocalTime.Of(long.MaxValue).ShouldBe(new LocalTime(1970, 1, 1, 0, 0, 0));
}
