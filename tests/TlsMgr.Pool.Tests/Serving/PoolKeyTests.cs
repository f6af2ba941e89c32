using System.Text;
using Shouldly;
using TlsMgr.Pool.Serving;
using Xunit;

namespace TlsMgr.Pool.Tests.Serving;

public sealed class PoolKeyTests
{
    private const string Hmac = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    [Fact]
    public void The_first_bytes_of_the_HMAC_of_a_session_of_smtpd_are_announced() =>
        Announce($"12:smtpd:{Hmac}").ShouldBe(new Announced("12", 0x0011223344556677));

    [Theory]
    [InlineData("12:smtp:" + Hmac)]
    [InlineData("12:lmtp:" + Hmac)]
    [InlineData(":smtpd:" + Hmac)]
    [InlineData("x:smtpd:" + Hmac)]
    [InlineData("12:smtpd:" + Hmac + "00")]
    [InlineData("12:smtpd:x0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")]
    [InlineData("123456789012345678901:smtpd:" + Hmac)]
    [InlineData("12")]
    [InlineData("")]
    public void Nothing_is_announced_of_other_keys(string key) => Announce(key).ShouldBeNull();

    [Theory]
    [InlineData("12:smtpd:" + Hmac, true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a{b", false)]
    [InlineData("a}b", false)]
    [InlineData("a\nb", false)]
    [InlineData("ä", false)]
    public void Keys_are_printable_and_have_no_braces(string key, bool isSound) =>
        PoolKey.IsSound(Encoding.UTF8.GetBytes(key)).ShouldBe(isSound);

    [Fact]
    public void Keys_are_short()
    {
        PoolKey.IsSound(new byte[200].Fill()).ShouldBeTrue();
        PoolKey.IsSound(new byte[201].Fill()).ShouldBeFalse();
    }

    private static Announced? Announce(string key) => PoolKey.Announce(Encoding.UTF8.GetBytes(key));
}

internal static class Filled
{
    internal static byte[] Fill(this byte[] bytes)
    {
        System.Array.Fill(bytes, (byte)'k');
        return bytes;
    }
}
