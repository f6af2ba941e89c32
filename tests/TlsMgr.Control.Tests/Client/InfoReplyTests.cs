using System.Linq;
using Shouldly;
using TlsMgr.Control.Client;
using Xunit;

namespace TlsMgr.Control.Tests.Client;

/// <summary>The request info, and its reply.</summary>
public sealed class InfoReplyTests
{
    private const string Complete =
        "status|0|version|0.1.0|lmdb|0.9.24|mail_version|3.7.11|pid|1234|started|1796000000|"
        + "config_directory|/etc/postfix|program|/usr/lib/postfix/sbin/tlsmgr-net|root|/var/spool/postfix|user|postfix|"
        + "sandbox|on|memory_lock|off: Cannot allocate memory|"
        + "cache.smtpd.state|on|cache.smtpd.reason||cache.smtpd.database|/d/smtpd.lmdb|cache.smtpd.timeout|3600|"
        + "cache.smtp.state|off|cache.smtp.reason|open database /d/smtp.lmdb: Permission denied|"
        + "cache.smtp.database|/d/smtp.lmdb|cache.smtp.timeout|60||";

    [Fact]
    public void The_request_is_that_of_the_protocol()
    {
        ScriptedTransport transport = new(ScriptedTransport.Wire(Complete));
        using ServiceConnection connection = transport.Connect();

        ControlRequests.Info(connection);

        transport.Requests.ShouldBe(["request|info||"]);
    }

    [Fact]
    public void A_complete_reply_describes_the_daemon()
    {
        InfoReply info = Info(Complete);

        info.IsOlder.ShouldBeFalse();
        (info.Version, info.Lmdb, info.MailVersion).ShouldBe(("0.1.0", "0.9.24", "3.7.11"));
        (info.ProcessId, info.StartedSeconds).ShouldBe((1234, 1796000000));
        (info.ConfigDirectory, info.Program).ShouldBe(("/etc/postfix", "/usr/lib/postfix/sbin/tlsmgr-net"));
        (info.Root, info.User).ShouldBe(("/var/spool/postfix", "postfix"));
        info.Sandbox.ShouldBe(new MeasureState("on", ""));
        info.MemoryLock.ShouldBe(new MeasureState("off", "Cannot allocate memory"));
        (info.Sandbox!.IsOn, info.MemoryLock!.IsOn).ShouldBe((true, false));
    }

    [Fact]
    public void A_complete_reply_describes_each_configured_cache()
    {
        InfoReply info = Info(Complete);

        info.Caches.ShouldBe(
        [
            new CacheInfo("smtpd", "on", "", "/d/smtpd.lmdb", 3600),
            new CacheInfo("smtp", "off", "open database /d/smtp.lmdb: Permission denied", "/d/smtp.lmdb", 60),
        ]);
        info.Caches.Select(static cache => cache.IsUp).ShouldBe([true, false]);
        info.Cache("smtp").ShouldBe(info.Caches[1]);
        info.Cache("lmtp").ShouldBeNull();
    }

    [Fact]
    public void An_older_daemon_is_a_value()
    {
        InfoReply info = Info("status|4294967294||");

        info.ShouldBeSameAs(InfoReply.Older);
        info.IsOlder.ShouldBeTrue();
        (info.Version, info.ProcessId, info.Sandbox, info.Caches.Length).ShouldBe(("", null, null, 0));
    }

    [Fact]
    public void Names_that_are_unknown_are_kept_in_their_order()
    {
        InfoReply info = Info("status|0|novel.thing|a b|version|9|cache.lmtp.novel||cache.lmtp.state|asleep|sandbox|half: why||");

        info.Texts.Select(static text => $"{text.Key}={text.Value}").ShouldBe(
            ["novel.thing=a b", "version=9", "cache.lmtp.novel=", "cache.lmtp.state=asleep", "sandbox=half: why"]);
        info["novel.thing"].ShouldBe("a b");
        info.Caches.ShouldBe([new CacheInfo("lmtp", "asleep", "", "", null)]);
        info.Sandbox.ShouldBe(new MeasureState("half", "why"));
    }

    [Fact]
    public void Texts_are_made_printable()
    {
        InfoReply info = Info("status|0|user|a\u001b[2Jb\nc\u00e2\u0080\u00aed\u00ff|root|/caf\u00c3\u00a9 1||");

        info.User.ShouldBe("a?[2Jb?c?d\ufffd");
        info.Root.ShouldBe("/caf\u00e9 1");
    }

    [Theory]
    [InlineData("A|1|", "a text has a name that is not allowed")]
    [InlineData("a\u001b[2J|1|", "a text has a name that is not allowed")]
    [InlineData("a..b|1|", "a text has a name that is not allowed")]
    [InlineData("cache.smtpd|on|", "a text has a name that is not allowed")]
    [InlineData("caches.x|on|", "a text has a name that is not allowed")]
    [InlineData("version|1|user|x|version|2|", "the text version is there twice")]
    [InlineData("pid|-1|", "the number pid is negative")]
    [InlineData("cache.smtp.state|on|cache.smtp.timeout|-1|", "the number cache.smtp.timeout is negative")]
    [InlineData("cache.smtp.state||", "cache.smtp.state is no state")]
    [InlineData("cache.smtp.state|o\"n|", "cache.smtp.state is no state")]
    [InlineData("cache.smtp.reason|full|", "the cache smtp has no state")]
    [InlineData("", "it reports nothing")]
    public void A_text_that_breaks_a_rule_makes_the_reply_malformed(string texts, string reason) =>
        Should.Throw<NoReplyException>(() => Info($"status|0|{texts}|"))
            .Message.ShouldBe($"malformed reply from /path: {reason}");

    [Theory]
    [InlineData("pid||", "")]
    [InlineData("started|soon|", "soon")]
    [InlineData("cache.smtp.timeout|1h|", "1h")]
    public void A_number_that_is_none_makes_the_reply_malformed(string text, string quoted) =>
        Should.Throw<NoReplyException>(() => Info($"status|0|{text}|")).Message.ShouldBe(
            $"malformed numerical data from /path while reading input attribute value: {quoted}");

    [Fact]
    public void The_longest_text_and_the_largest_number_of_texts_are_accepted_and_no_more()
    {
        string longest = new('x', 8192);
        string texts = string.Concat(Enumerable.Range(0, 255).Select(static i => $"f{i}|x|"));

        Info($"status|0|root|{longest}|{texts}|").Texts.Count.ShouldBe(256);
        Should.Throw<NoReplyException>(() => Info($"status|0|root|{longest}x||"))
            .Message.ShouldEndWith("the text root is too long");
        Should.Throw<NoReplyException>(() => Info($"status|0|a|x|b|x|{texts}|"))
            .Message.ShouldEndWith("there are too many texts");
    }

    [Theory]
    [InlineData("status|4294967294|version|1||")]
    [InlineData("status|1||")]
    public void A_status_that_is_not_alone_or_unknown_is_malformed(string reply) =>
        Should.Throw<NoReplyException>(() => Info(reply));

    private static InfoReply Info(string reply)
    {
        using ServiceConnection connection = ScriptedTransport.Connect(reply);
        return ControlRequests.Info(connection);
    }
}
