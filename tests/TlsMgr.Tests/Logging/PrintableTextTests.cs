using System.Text;
using Shouldly;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Tests.Logging;

public sealed class PrintableTextTests
{
    [Fact]
    public void Utf8_is_kept_and_other_bytes_become_question_marks()
    {
        byte[] recorded = [.. "caf\u00e9"u8, 0x01, 0x7f, 0xff];

        PrintableText.FromBytes(recorded).ShouldBe("caf\u00e9???");
    }

    [Fact]
    public void A_value_that_may_be_a_secret_is_quoted_by_its_length()
    {
        PrintableText.Quote(Encoding.UTF8.GetBytes(new string('x', 32))).ShouldBe(new string('x', 32));
        PrintableText.Quote(Encoding.UTF8.GetBytes(new string('x', 33))).ShouldBe("[data 33 characters]");
    }

    [Fact]
    public void A_printable_text_is_not_copied_and_control_characters_are_replaced()
    {
        string text = "open smtpd TLS cache";

        PrintableText.Clean(text).ShouldBeSameAs(text);
        PrintableText.Clean("a\nb\u001bc").ShouldBe("a?b?c");
    }
}
