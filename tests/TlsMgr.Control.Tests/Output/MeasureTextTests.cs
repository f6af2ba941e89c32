using System;
using Shouldly;
using TlsMgr.Control.Output;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

/// <summary>Sizes and times as people read them.</summary>
public sealed class MeasureTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1023, "1023")]
    [InlineData(1024, "1K")]
    [InlineData(1536, "1.5K")]
    [InlineData(10 * 1024, "10K")]
    [InlineData(1024 * 1024 - 1, "1M")]
    [InlineData(1384448, "1.3M")]
    [InlineData(268435456, "256M")]
    [InlineData(3L << 40, "3T")]
    [InlineData(long.MaxValue, "8E")]
    public void Sizes_have_the_units_of_parameters(long bytes, string expected) =>
        MeasureText.Bytes(bytes).ShouldBe(expected);

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(59, "59s")]
    [InlineData(61, "1m 1s")]
    [InlineData(8005, "2h 13m")]
    [InlineData(3 * 86400 + 4 * 3600 + 59, "3d 4h")]
    public void Durations_have_their_two_largest_units(int seconds, string expected) =>
        MeasureText.Duration(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);
}
