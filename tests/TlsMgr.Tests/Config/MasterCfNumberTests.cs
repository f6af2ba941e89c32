using Shouldly;
using TlsMgr.Postfix.Config;
using Xunit;

namespace TlsMgr.Tests.Config;

public sealed class MasterCfNumberTests
{
    [Theory]
    [InlineData("1000?", 1000)]
    [InlineData("0", 0)]
    [InlineData("007x", 7)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("4294967296", 0)]
    [InlineData("2147483648", int.MinValue)]
    [InlineData("99999999999999999999", -1)]
    [InlineData("", -1)]
    [InlineData("x1", -1)]
    [InlineData("-1", -1)]
    public void A_number_is_the_digits_at_the_start_in_32_bits(string field, int number) =>
        MasterCfNumber.Read(field).ShouldBe(number);

    [Theory]
    [InlineData("1000", true)]
    [InlineData("-", true)]
    [InlineData("", true)]
    [InlineData("1000?", false)]
    [InlineData("-1", false)]
    [InlineData("x", false)]
    public void A_plain_number_has_digits_alone(string field, bool isPlain) =>
        MasterCfNumber.IsPlain(field).ShouldBe(isPlain);
}
