using Shouldly;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Tests.Config;

public sealed class MasterCfArgumentTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData(" -v \t -o a=b\r", new[] { "-v", "-o", "a=b" })]
    [InlineData("-o { a = b c } x", new[] { "-o", "a = b c", "x" })]
    [InlineData("{a{b}c}", new[] { "a{b}c" })]
    [InlineData("{}", new[] { "" })]
    [InlineData("a{b c}d e", new[] { "a{b c}d", "e" })]
    [InlineData("a}b", new[] { "a}b" })]
    public void Words_are_separated_by_blanks_outside_of_braces(string text, string[] arguments) =>
        MasterCfArguments.Parse(text).ShouldBe(arguments);

    [Theory]
    [InlineData("{a", "missing '}' in \"{a\"")]
    [InlineData("{a{b}", "missing '}' in \"{a{b}\"")]
    [InlineData("{a}b", "syntax error after '}' in \"{a}b\"")]
    public void A_brace_is_closed_at_the_end_of_its_word(string text, string fault) =>
        Should.Throw<FatalException>(() => MasterCfArguments.Parse(text)).Message.ShouldBe(fault);
}
