using Shouldly;
using TlsMgr.Control.Verbs;
using Xunit;

namespace TlsMgr.Control.Tests.Verbs;

public sealed class OverrideOptionTests
{
    [Theory]
    [InlineData("config -n x", "config|-n|x")]
    [InlineData("config -o a=b x", "config|-o|a=b\n|x")]
    [InlineData("config -oa=b x", "config|-oa=b\n|x")]
    [InlineData("config -o -o -o a", "config|-o|-o\n|-o|a\n")]
    [InlineData("config -o -- x", "config|-o|--\n|x")]
    [InlineData("config -- -o x", "config|--|-o|x")]
    [InlineData("config -o", "config|-o")]
    public void Each_option_takes_one_word(string arguments, string terminated) =>
        string.Join('|', OverrideOption.Terminate(arguments.Split(' '))).ShouldBe(terminated);
}
