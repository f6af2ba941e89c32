using Shouldly;
using TlsMgr.Control.Help;
using TlsMgr.Control.Output;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

/// <summary>Which word is suggested for one that does not exist.</summary>
public sealed class SuggestionTests
{
    [Theory]
    [InlineData("statz", "stats")]
    [InlineData("stat", "stats")]
    [InlineData("sstats", "stats")]
    [InlineData("lsit", "list")]
    [InlineData("doc", "doctor")]
    [InlineData("rotat", "rotate")]
    public void A_near_word_is_suggested(string word, string expected) =>
        Suggestion.For(word, VerbList.Names).ShouldBe($"; did you mean {expected}?");

    [Theory]
    [InlineData("postqueue")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("ab")]
    public void For_a_word_that_is_far_from_all_there_is_none(string word) =>
        Suggestion.For(word, VerbList.Names).ShouldBe("");
}
