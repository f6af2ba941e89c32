using System.Text;
using Shouldly;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Tests.Logging;

public sealed class PrintableTextTests
{
    [Fact]
    public void Utf8_stays_and_other_bytes_become_question_marks()
    {
        byte[] recorded = [.. "caf\u00e9"u8, 0x01, 0x7f, 0xff];

        PrintableText.FromBytes(recorded).ShouldBe("caf\u00e9???");
    }

    [Fact]
    public void A_limit_counts_bytes()
    {
        PrintableText.FromBytes(Encoding.UTF8.GetBytes(new string('x', 200)), 100).Length.ShouldBe(100);
    }

    [Fact]
    public void A_clean_text_is_not_copied()
    {
        string text = "open smtpd TLS cache";

        PrintableText.Clean(text).ShouldBeSameAs(text);
        PrintableText.Clean("a\nb\u001bc").ShouldBe("a?b?c");
    }
}
