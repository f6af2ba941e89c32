using System;
using System.Globalization;
using Shouldly;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Tests.Libc;

public sealed class BootIdentityTests
{
    private const string First = "11111111-1111-4111-8111-111111111111";
    private const string Second = "22222222-2222-4222-8222-222222222222";

    [Theory]
    [InlineData(First, First, true)]
    [InlineData(First, Second, false)]
    [InlineData("", First, null)]
    [InlineData(First, "", null)]
    [InlineData("", "", null)]
    [InlineData(First, "since 1700000000", null)]
    [InlineData("since 1700000000", First, null)]
    [InlineData("since 1700000000", "since 1700000000", true)]
    [InlineData("since 1700000000", "since 1700000002", true)]
    [InlineData("since 1700000002", "since 1700000000", true)]
    [InlineData("since 1700000000", "since 1700000003", null)]
    public void Two_identities_are_compared(string first, string second, bool? expected) =>
        BootIdentity.AreSame(first, second).ShouldBe(expected);

    [Fact]
    public void The_identity_is_that_of_the_kernel() => BootIdentity.Read().Length.ShouldBe(BootIdentity.LengthBytes);

    [Fact]
    public void The_time_of_boot_is_the_uptime_ago()
    {
        string text = BootIdentity.ReadTime();
        long seconds = long.Parse(text["since ".Length..], CultureInfo.InvariantCulture);

        text.Length.ShouldBeLessThanOrEqualTo(BootIdentity.LengthBytes);
        seconds.ShouldBeLessThanOrEqualTo(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        BootIdentity.AreSame(text, BootIdentity.ReadTime()).ShouldBe(true);
    }
}
