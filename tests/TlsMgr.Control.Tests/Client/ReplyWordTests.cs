using System.Text;
using Shouldly;
using TlsMgr.Control.Client;
using Xunit;

namespace TlsMgr.Control.Tests.Client;

public sealed class ReplyWordTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("abcxyz_0-9", true)]
    [InlineData("", false)]
    [InlineData("A", false)]
    [InlineData("a.b", false)]
    [InlineData("a b", false)]
    [InlineData("a\n", false)]
    [InlineData("a\"", false)]
    [InlineData("\u001b", false)]
    [InlineData("\u00e9", false)]
    public void A_word_is_of_lower_case_letters_digits_hyphens_and_underscores(string word, bool isValid) =>
        ReplyWord.IsValid(Encoding.UTF8.GetBytes(word)).ShouldBe(isValid);

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_word_has_64_characters_at_most(int length, bool isValid) =>
        ReplyWord.IsValid(Encoding.UTF8.GetBytes(new string('a', length))).ShouldBe(isValid);
}
