using System.Collections.Generic;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Control.Client;
using Xunit;

namespace TlsMgr.Control.Tests.Client;

/// <summary>The requests to the control socket, and their replies.</summary>
public sealed class ControlRequestTests
{
    private const string Key = "00112233445566778899aabbccddeeff";

    [Fact]
    public void Requests_are_those_of_the_protocol()
    {
        ScriptedTransport transport = new(ScriptedTransport.Wire(
            "status|0||status|0|next|||status|0|removed|0|next|||status|0||status|0||status|0||"));
        using ServiceConnection connection = transport.Connect();

        ControlRequests.Stats(connection);
        ControlRequests.List(connection, "smtp", 5, new WalkPosition());
        ControlRequests.Flush(connection, "smtpd", new WalkPosition());
        ControlRequests.Delete(connection, "lmtp", "a b"u8);
        ControlRequests.Keys(connection);
        ControlRequests.Rotate(connection, erasesOthers: false);

        transport.Requests.ShouldBe(
        [
            "request|stats||", "request|list|cache_type|smtp|after||limit|5||", "request|flush|cache_type|smtpd|after|||",
            "request|delete|cache_type|lmtp|cache_id|a b||", "request|keys||", "request|rotate||",
        ]);
    }

    [Fact]
    public void Figures_have_names_and_values_in_the_order_of_the_daemon()
    {
        using ServiceConnection connection =
            ScriptedTransport.Connect("status|0|uptime.seconds|7|requests.seed|0|cache.smtpd.hits|9223372036854775807||");

        ControlRequests.Stats(connection).ShouldBe(
        [
            new("uptime.seconds", 7), new("requests.seed", 0), new("cache.smtpd.hits", long.MaxValue),
        ]);
    }

    [Theory]
    [InlineData("a\u001b[2J|1|", "a figure has a name that is not allowed")]
    [InlineData("a\"b|1|", "a figure has a name that is not allowed")]
    [InlineData("a\nb|1|", "a figure has a name that is not allowed")]
    [InlineData("A|1|", "a figure has a name that is not allowed")]
    [InlineData("a b|1|", "a figure has a name that is not allowed")]
    [InlineData("caf\u00e9|1|", "a figure has a name that is not allowed")]
    [InlineData(".a|1|", "a figure has a name that is not allowed")]
    [InlineData("a.|1|", "a figure has a name that is not allowed")]
    [InlineData("a..b|1|", "a figure has a name that is not allowed")]
    [InlineData("cache.smtpd|1|", "a figure has a name that is not allowed")]
    [InlineData("cache|1|", "a figure has a name that is not allowed")]
    [InlineData("caches.x|1|", "a figure has a name that is not allowed")]
    [InlineData("cache.smtpd.hit_ratio|1|", "a figure has a name that is not allowed")]
    [InlineData("a|-1|", "the figure a is negative")]
    [InlineData("a|1|b|2|a|3|", "the figure a is there twice")]
    public void A_figure_that_breaks_a_rule_makes_the_reply_malformed(string figures, string reason)
    {
        using ServiceConnection connection = ScriptedTransport.Connect($"status|0|{figures}|");

        Should.Throw<NoReplyException>(() => ControlRequests.Stats(connection))
            .Message.ShouldBe($"malformed reply from /path: {reason}");
    }

    [Theory]
    [InlineData("a|x|", "x")]
    [InlineData("a|1x|", "1x")]
    [InlineData("a||", "")]
    [InlineData("a|9223372036854775808|", "9223372036854775808")]
    [InlineData("a|\u001b[2J|", "?[2J")]
    [InlineData("a|\u00e2\u0080\u00ae|", "?")]
    public void A_figure_that_is_no_number_makes_the_reply_malformed(string figure, string quoted)
    {
        using ServiceConnection connection = ScriptedTransport.Connect($"status|0|{figure}|");

        Should.Throw<NoReplyException>(() => ControlRequests.Stats(connection)).Message.ShouldBe(
            $"malformed numerical data from /path while reading input attribute value: {quoted}");
    }

    [Fact]
    public void The_longest_name_and_the_largest_number_of_figures_are_accepted_and_no_more()
    {
        string longest = new('a', 64);
        string figures = string.Concat(Enumerable.Range(0, 1023).Select(i => $"f{i}|1|"));

        using (ServiceConnection connection = ScriptedTransport.Connect($"status|0|{longest}|1|{figures}|"))
        {
            ControlRequests.Stats(connection).Count.ShouldBe(1024);
        }

        using (ServiceConnection connection = ScriptedTransport.Connect($"status|0|{longest}a|1||"))
        {
            Should.Throw<NoReplyException>(() => ControlRequests.Stats(connection));
        }

        using (ServiceConnection connection = ScriptedTransport.Connect($"status|0|{figures}x|1|y|1||"))
        {
            Should.Throw<NoReplyException>(() => ControlRequests.Stats(connection))
                .Message.ShouldEndWith("there are too many figures");
        }
    }

    [Fact]
    public void Statistics_that_are_refused_are_no_reply()
    {
        using ServiceConnection connection = ScriptedTransport.Connect("status|4294967294||");

        Should.Throw<NoReplyException>(() => ControlRequests.Stats(connection))
            .Message.ShouldBe("the daemon refuses to show its statistics");
    }

    [Fact]
    public void A_page_has_sessions_and_the_position_of_the_next()
    {
        WalkPosition position = new();
        using ServiceConnection connection =
            ScriptedTransport.Connect("status|0|id|a\u00ff|size|22|stored|-9223372036854775808|left|-1|next|QUI=||");

        List<ListedSession> sessions = ControlRequests.List(connection, "smtpd", 10, position).ShouldNotBeNull();

        ListedSession session = sessions.ShouldHaveSingleItem();
        session.Id.ShouldBe([(byte)'a', 0xff]);
        (session.SizeBytes, session.StoredSeconds, session.LeftSeconds).ShouldBe((22, long.MinValue, -1));
        position.Key.ShouldBe(Encoding.ASCII.GetBytes("AB"));
    }

    [Theory]
    [InlineData("id|a|size|-1|stored|1|left|1|next||", "size is 4294967295, which is out of range")]
    [InlineData("id|a|size|2147483648|stored|1|left|1|next||", "size is 2147483648, which is out of range")]
    [InlineData(
        "id|a|size|1|stored|1|left|1|id|b|size|1|stored|1|left|1|next||", "there are more sessions than the limit")]
    public void A_session_that_breaks_a_rule_makes_the_reply_malformed(string rest, string reason)
    {
        using ServiceConnection connection = ScriptedTransport.Connect($"status|0|{rest}|");

        Should.Throw<NoReplyException>(() => ControlRequests.List(connection, "smtpd", 1, new WalkPosition()))
            .Message.ShouldBe($"malformed reply from /path: {reason}");
    }

    [Theory]
    [InlineData("id|a|size|1|left|1|next||", "unexpected attribute left from /path (expecting: stored)")]
    [InlineData("id|a|size|1|stored|1|left|1|", "missing attribute next in input from /path")]
    [InlineData("next||more|1|", "unexpected attribute more from /path (expecting: (list terminator))")]
    [InlineData("next|x|", "malformed base64 data from /path while reading input attribute value: x")]
    public void A_page_with_other_attributes_is_malformed(string rest, string fault)
    {
        using ServiceConnection connection = ScriptedTransport.Connect($"status|0|{rest}|");

        Should.Throw<NoReplyException>(() => ControlRequests.List(connection, "smtpd", 9, new WalkPosition()))
            .Message.ShouldBe(fault);
    }

    [Fact]
    public void A_cache_that_is_off_has_no_page_and_no_step()
    {
        using ServiceConnection connection = ScriptedTransport.Connect("status|4294967294||status|4294967294||");

        ControlRequests.List(connection, "smtpd", 9, new WalkPosition()).ShouldBeNull();
        ControlRequests.Flush(connection, "smtpd", new WalkPosition()).ShouldBe(-1);
    }

    [Fact]
    public void A_step_of_a_flush_counts_and_goes_on()
    {
        WalkPosition position = new();
        using ServiceConnection connection =
            ScriptedTransport.Connect("status|0|removed|32|next|QUI=||status|0|removed|3|next|||");

        ControlRequests.Flush(connection, "smtpd", position).ShouldBe(32);
        position.IsAtEnd.ShouldBeFalse();
        ControlRequests.Flush(connection, "smtpd", position).ShouldBe(3);
        position.IsAtEnd.ShouldBeTrue();
    }

    [Fact]
    public void A_step_of_a_flush_that_repeats_its_position_is_malformed()
    {
        WalkPosition position = new();
        using ServiceConnection connection =
            ScriptedTransport.Connect("status|0|removed|1|next|QUI=||", "status|0|removed|1|next|QUI=||");
        ControlRequests.Flush(connection, "smtpd", position);

        Should.Throw<NoReplyException>(() => ControlRequests.Flush(connection, "smtpd", position))
            .Message.ShouldBe("malformed reply from /path: next does not lie behind the position before");
    }

    [Theory]
    [InlineData("status|1||")]
    [InlineData("status|4294967293||")]
    public void A_status_outside_the_protocol_is_malformed(string reply)
    {
        using ServiceConnection connection = ScriptedTransport.Connect(reply);

        Should.Throw<NoReplyException>(() => ControlRequests.Rotate(connection, erasesOthers: false)).Message.ShouldEndWith("out of range");
    }

    [Fact]
    public void Status_alone_is_the_reply_to_delete_and_rotate()
    {
        using ServiceConnection connection =
            ScriptedTransport.Connect("status|4294967295||status|4294967294||status|0|more|1||");

        ControlRequests.Delete(connection, "smtpd", "x"u8).ShouldBe(-1);
        ControlRequests.Rotate(connection, erasesOthers: false).ShouldBe(-2);
        Should.Throw<NoReplyException>(() => ControlRequests.Rotate(connection, erasesOthers: false));
    }

    [Fact]
    public void Keys_have_name_state_and_times()
    {
        using ServiceConnection connection =
            ScriptedTransport.Connect($"status|0|name|{Key}|state|current|encrypts|1800|decrypts|3600||");

        ControlRequests.Keys(connection).ShouldBe([new ListedKey(Key, "current", 1800, 3600)]);
    }

    [Theory]
    [InlineData("name|\u001b]0;x\u0007|state|current|encrypts|1|decrypts|1|")]
    [InlineData("name|00|state|cur\"rent|encrypts|1|decrypts|1|")]
    [InlineData("name|00|state||encrypts|1|decrypts|1|")]
    [InlineData("name|00|state|current|encrypts|-1|decrypts|1|")]
    [InlineData("name|00|state|current|encrypts|1|decrypts|1|more|1|")]
    public void A_key_that_breaks_a_rule_makes_the_reply_malformed(string key)
    {
        using ServiceConnection connection = ScriptedTransport.Connect($"status|0|{key}|");

        Should.Throw<NoReplyException>(() => ControlRequests.Keys(connection))
            .Message.ShouldNotContain("\u001b");
    }
}
