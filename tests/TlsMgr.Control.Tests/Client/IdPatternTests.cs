using System;
using System.Text;
using Shouldly;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using Xunit;

namespace TlsMgr.Control.Tests.Client;

/// <summary>Patterns match ids byte by byte, and take them in the form in which list shows them.</summary>
public sealed class IdPatternTests
{
    [Theory]
    [InlineData("a b")]
    [InlineData("caf\u00e9")]
    [InlineData("\\ * ?")]
    [InlineData("\u001b[2J\u20ac")]
    public void What_list_shows_matches_that_id_alone(string id)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(id);
        IdPattern pattern = new(IdText.Escape(bytes).Replace("*", @"\*", StringComparison.Ordinal)
            .Replace("?", @"\?", StringComparison.Ordinal));

        pattern.Matches(bytes).ShouldBeTrue();
        pattern.Matches([.. bytes, (byte)'x']).ShouldBeFalse();
        pattern.Matches(bytes.AsSpan(1)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("caf\u00e9", "caf\u00e9", true)]
    [InlineData("caf??", "caf\u00e9", true)]
    [InlineData("caf?", "caf\u00e9", false)]
    [InlineData("*", "", true)]
    [InlineData("**", "x", true)]
    [InlineData("?", "", false)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "a-b-b-cd", false)]
    [InlineData("*aab", "aaaaab", true)]
    [InlineData("A", "a", false)]
    public void A_star_is_any_bytes_and_a_question_mark_one(string pattern, string id, bool matches) =>
        new IdPattern(pattern).Matches(Encoding.UTF8.GetBytes(id)).ShouldBe(matches);
}
