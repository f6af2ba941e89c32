using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Sharing;
using Xunit;

namespace TlsMgr.Tests.Sharing;

/// <summary>A tlspool that sends what it should not.</summary>
public sealed class HostilePoolTests : IDisposable
{
    private const string NoReply = "it sends what is no reply";

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-pool-").FullName;
    private readonly SharingHost _host;

    public HostilePoolTests() => _host = new SharingHost([], SharingHost.NewState(_directory)).Connected();

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("number|x|status|0||")]
    [InlineData("number|2147483648|status|0||")]
    [InlineData("status|0|number|1||")]
    [InlineData("number|1|status|1||")]
    [InlineData("number|1|status|4294967293||")]
    [InlineData("number|0|status|0||")]
    [InlineData("number|0|status|0|known|AAAA||")]
    [InlineData("number|0|status|0|known|????????||")]
    [InlineData("number|0|status|0|known|AAAAAAAAAAA=|more|1||")]
    [InlineData("number|0|status|4294967295|known|AAAAAAAAAAA=||")]
    [InlineData("number|0|status|0|reachable|2|reason|||")]
    [InlineData("number|0|status|0|reachable|1||")]
    [InlineData("|")]
    public void What_is_no_reply_breaks_the_stream(string message) => _host.Link.Send(message).ShouldBe(NoReply);

    [Theory]
    [InlineData("status|0|value|$$$$||")]
    [InlineData("status|0||")]
    [InlineData("status|0|value|AAAA|more|1||")]
    public void A_malformed_answer_breaks_the_stream(string rest)
    {
        _host.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);
        string number = FakePool.Field(_host.Link.Received[0], "number");

        _host.Link.Send($"number|{number}|{rest}").ShouldBe(NoReply);
    }

    [Fact]
    public void A_reply_that_nobody_waits_for_and_a_second_one_are_counted_and_dropped()
    {
        _host.Link.Send("number|77|status|0|value|AAAA||").ShouldBeNull();
        _host.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);
        string reply = _host.Link.ReplyTo(_host.Link.Received[0]);
        _host.Link.Send(reply).ShouldBeNull();
        _host.Link.Send(reply).ShouldBeNull();

        _host.Count(SharingEvent.Unexpected).ShouldBe(2);
    }

    [Fact]
    public void A_message_that_does_not_end_breaks_the_stream_at_64_KiB() =>
        _host.Link.Send(new string('a', 1024 * 1024)).ShouldBe("it sends a message that is too long");

    [Theory]
    [InlineData("protocol|tlsmgr_protocol|version|1||")]
    [InlineData("protocol|tlspool_protocol|version|2||")]
    [InlineData("protocol|tlspool_protocol||")]
    public void Another_greeting_breaks_the_stream(string greeting)
    {
        FakePool link = new([]);
        LinkReader reader = new(_host.Sharing);
        byte[] bytes = TlsMgr.Tests.Protocol.Wire.Bytes(greeting);
        bytes.CopyTo(reader.Free);

        reader.Received(bytes.Length).ShouldBe("it does not speak the protocol of this version");
        link.Broken.ShouldBeEmpty();
    }

    [Fact]
    public void Facts_are_bounded_in_number_and_length()
    {
        _host.Pass(SharingLimits.StateSeconds * 1000);
        string number = FakePool.Field(
            _host.Link.Received.Single(request => request.StartsWith("request|state", StringComparison.Ordinal)),
            "number");
        IEnumerable<string> facts = Enumerable.Range(0, 100).Select(static index => $"fact{index}|{new string('x', 600)}|");

        _host.Link.Send($"number|{number}|status|0|{string.Concat(facts)}|").ShouldBeNull();

        _host.Sharing.ServerFacts.Count.ShouldBe(32);
        _host.Sharing.ServerFacts[0].Key.ShouldBe("fact0");
        _host.Sharing.ServerFacts.ShouldAllBe(fact => fact.Value.Length <= 512);
    }

    [Fact]
    public void Whatever_it_sends_in_any_pieces_a_message_is_read_the_same()
    {
        for (int pieceBytes = 1; pieceBytes < 40; pieceBytes++)
        {
            byte[] bytes = TlsMgr.Tests.Protocol.Wire.Bytes("number|77|status|0||number|0|status|0|known|AAAAAAAAAAA=||");
            foreach (byte[] piece in bytes.Chunk(pieceBytes))
            {
                _host.Link.Send(piece).ShouldBeNull();
            }

            _host.Count(SharingEvent.Unexpected).ShouldBe(pieceBytes);
        }
    }
}
