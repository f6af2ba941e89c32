using Shouldly;
using TlsMgr.Control.Client;
using Xunit;

namespace TlsMgr.Control.Tests.Client;

/// <summary>The requests to the service socket, and their replies.</summary>
public sealed class ServiceRequestTests
{
    [Fact]
    public void Requests_are_those_of_the_protocol()
    {
        ScriptedTransport transport = new(ScriptedTransport.Wire(
            "status|0|seed|QUI=||status|0|cachable|1|timeout|3600||status|4294967295|session|||"));
        using ServiceConnection connection = transport.Connect();

        ServiceRequests.Seed(connection, 2);
        ServiceRequests.Policy(connection, "smtp");
        ServiceRequests.Lookup(connection, "lmtp", "a b"u8);

        transport.Requests.ShouldBe(
        [
            "request|seed|size|2||", "request|policy|cache_type|smtp||", "request|lookup|cache_type|lmtp|cache_id|a b||",
        ]);
    }

    [Theory]
    [InlineData("status|0|keybuf|QUI=||", true)]
    [InlineData("status|0|keybuf|||", false)]
    [InlineData("status|4294967294|keybuf|||", false)]
    [InlineData("status|4294967295|keybuf|QUI=||", false)]
    public void A_ticket_key_is_there_with_status_0_and_bytes(string reply, bool isThere)
    {
        ScriptedTransport transport = new(ScriptedTransport.Wire(reply));
        using ServiceConnection connection = transport.Connect();

        ServiceRequests.HasTicketKey(connection).ShouldBe(isThere);

        transport.Requests.ShouldBe(["request|tktkey|keyname|||"]);
    }

    [Theory]
    [InlineData("status|0|seed|QUI=||", 0, 2)]
    [InlineData("status|4294967294|seed|||", -2, 0)]
    [InlineData("status|4294967295|seed|QUJDRA==||", -1, 0)]
    public void A_seed_counts_with_status_0_alone(string reply, int status, int seedBytes)
    {
        using ServiceConnection connection = ScriptedTransport.Connect(reply);

        SeedReply seed = ServiceRequests.Seed(connection, 2);

        (seed.Status, seed.Seed.Length).ShouldBe((status, seedBytes));
    }

    [Theory]
    [InlineData("status|0|seed|QQ==||", "malformed reply from /path: 1 bytes instead of 2")]
    [InlineData("status|0|seed|||", "malformed reply from /path: 0 bytes instead of 2")]
    [InlineData("status|3|seed|QUI=||", "malformed reply from /path: status is 3, which is out of range")]
    [InlineData("status|0|seed|Q===||", "malformed base64 data from /path while reading input attribute value: Q===")]
    [InlineData("state|0||", "unexpected attribute state from /path (expecting: status)")]
    [InlineData("\u001b[2J|0||", "unexpected attribute ?[2J from /path (expecting: status)")]
    [InlineData("status|0|seed|QUI=|x|1||", "unexpected attribute x from /path (expecting: (list terminator))")]
    [InlineData("|", "missing attribute status in input from /path")]
    public void A_seed_that_is_none_is_malformed(string reply, string fault)
    {
        using ServiceConnection connection = ScriptedTransport.Connect(reply);

        Should.Throw<NoReplyException>(() => ServiceRequests.Seed(connection, 2)).Message.ShouldBe(fault);
    }

    [Theory]
    [InlineData("status|0|cachable|1|timeout|3600||", 0, true, 3600)]
    [InlineData("status|4294967294|cachable|0|timeout|0||", -2, false, 0)]
    public void A_policy_has_status_cache_and_timeout(string reply, int status, bool isCachable, int timeoutSeconds)
    {
        using ServiceConnection connection = ScriptedTransport.Connect(reply);

        ServiceRequests.Policy(connection, "smtpd").ShouldBe(new PolicyReply(status, isCachable, timeoutSeconds));
    }

    [Theory]
    [InlineData("status|0|cachable|1|timeout|-1||", "timeout is 4294967295, which is out of range")]
    [InlineData("status|0|cachable|-1|timeout|1||", "cachable is 4294967295, which is out of range")]
    public void A_policy_out_of_range_is_malformed(string reply, string reason)
    {
        using ServiceConnection connection = ScriptedTransport.Connect(reply);

        Should.Throw<NoReplyException>(() => ServiceRequests.Policy(connection, "smtpd"))
            .Message.ShouldBe($"malformed reply from /path: {reason}");
    }

    [Theory]
    [InlineData("status|0|session|QUJD||", 0, 3)]
    [InlineData("status|4294967295|session|||", -1, 0)]
    [InlineData("status|4294967295|session|QUJD||", -1, 0)]
    public void A_lookup_has_the_size_of_a_session_that_was_found(string reply, int status, int sessionBytes)
    {
        using ServiceConnection connection = ScriptedTransport.Connect(reply);

        ServiceRequests.Lookup(connection, "smtpd", "x"u8).ShouldBe(new LookupReply(status, sessionBytes));
    }
}
