using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Control.Output;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

public sealed class IdTextTests
{
    [Theory]
    [InlineData("smtpd&10.0.0.1", "smtpd&10.0.0.1")]
    [InlineData("a b", @"a\x20b")]
    [InlineData(@"a\b", @"a\\b")]
    [InlineData("caf\u00e9", @"caf\xc3\xa9")]
    [InlineData("\u001b[2J\n\u007f", @"\x1b[2J\x0a\x7f")]
    [InlineData("", "")]
    public void A_byte_that_is_not_printable_is_escaped(string id, string text)
    {
        IdText.Escape(Encoding.UTF8.GetBytes(id)).ShouldBe(text);
        IdText.Parse(text).ShouldBe(Encoding.UTF8.GetBytes(id));
    }

    [Fact]
    public void Every_byte_is_printable_and_comes_back()
    {
        byte[] id = [.. Enumerable.Range(1, 255).Select(value => (byte)value)];

        string text = IdText.Escape(id);

        text.ShouldAllBe(character => character > ' ' && character <= '~');
        IdText.Parse(text).ShouldBe(id);
        IdText.Escape([0]).ShouldBe(@"\x00");
    }

    [Fact]
    public void Characters_without_escape_stand_for_their_UTF_8() =>
        IdText.Parse("caf\u00e9 x").ShouldBe(Encoding.UTF8.GetBytes("caf\u00e9 x"));

    [Fact]
    public void Hexadecimal_digits_have_any_case() => IdText.Parse(@"\xAb\xaB").ShouldBe([0xab, 0xab]);

    [Theory]
    [InlineData(@"a\b")]
    [InlineData(@"a\")]
    [InlineData(@"a\x")]
    [InlineData(@"a\x1")]
    [InlineData(@"a\x1g")]
    [InlineData(@"a\x 1")]
    [InlineData(@"a\X41")]
    public void Another_escape_is_refused(string text) => Should.Throw<FatalException>(() => IdText.Parse(text))
        .Message.ShouldBe($"bad cache id {text}: a backslash is followed by xNN or another backslash");

    [Fact]
    public void A_zero_byte_is_refused() => Should.Throw<FatalException>(() => IdText.Parse(@"a\x00b"))
        .Message.ShouldBe(@"bad cache id a\x00b: an id has no zero byte");
}
