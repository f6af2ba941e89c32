using System.Text;
using Shouldly;
using TlsMgr.Postfix.Protocol;
using Xunit;

namespace TlsMgr.Tests.Protocol;

public sealed class UnsignedNumberTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("32", 32)]
    [InlineData("032", 32)]
    [InlineData(" \t\n32", 32)]
    [InlineData("+32", 32)]
    [InlineData("-1", uint.MaxValue)]
    [InlineData("4294967295", uint.MaxValue)]
    [InlineData("99999999999", 1215752191)]
    [InlineData("2147483648", 2147483648)]
    [InlineData("-2147483649", 2147483647)]
    [InlineData("18446744073709551615", uint.MaxValue)]
    [InlineData("18446744073709551616", uint.MaxValue)]
    [InlineData("-18446744073709551616", uint.MaxValue)]
    [InlineData("18446744073709551614", uint.MaxValue - 1)]
    public void Numbers_are_parsed_as_by_scanf(string text, uint expected)
    {
        UnsignedNumber.TryParse(Encoding.ASCII.GetBytes(text), out uint number).ShouldBeTrue();
        number.ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-")]
    [InlineData("+-1")]
    [InlineData("32x")]
    [InlineData("0x10")]
    [InlineData("32 ")]
    [InlineData("1 2")]
    public void Any_other_text_is_malformed(string text)
    {
        UnsignedNumber.TryParse(Encoding.ASCII.GetBytes(text), out _).ShouldBeFalse();
    }
}
