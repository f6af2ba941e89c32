using System;
using System.Buffers;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Server;
using TlsMgr.Tests.Protocol;
using Xunit;

namespace TlsMgr.Tests.Server;

public sealed class ConversationTests : IDisposable
{
    private readonly ScriptedClient _client = new(new EchoService());

    public void Dispose() => _client.Dispose();

    [Fact]
    public void Requests_are_served_one_after_the_other()
    {
        _client.Send("request|a||").ShouldBe("[request|a||]");
        _client.Send("request|b||").ShouldBe("[request|b||]");
        _client.Close().ShouldBe("");
        _client.Conversation.State.ShouldBe(ConversationState.Ended);
    }

    [Fact]
    public void Several_requests_in_one_write_are_served_in_order()
    {
        _client.Send("request|a||request|b||request|c||").ShouldBe("[request|a||][request|b||][request|c||]");
    }

    [Fact]
    public void Requests_beyond_the_share_of_a_turn_are_served_in_later_turns()
    {
        string requests =
            string.Concat(Enumerable.Range(0, 3 * ServerLimits.MessagesPerTurn).Select(i => $"request|{i}||"));

        _client.Send(requests).ShouldBe(requests.Replace("request|", "[request|").Replace("||", "||]"));
    }

    [Fact]
    public void A_request_may_be_split_at_every_byte()
    {
        const string Request = "request|a|b|||";
        for (int cut = 0; cut <= Request.Length; cut++)
        {
            using ScriptedClient client = new(new EchoService());
            (client.Send(Request[..cut]) + client.Send(Request[cut..])).ShouldBe($"[{Request}]", $"split at {cut}");
        }
    }

    [Fact]
    public void A_request_may_arrive_byte_by_byte()
    {
        StringBuilder replies = new();
        foreach (char character in "request|a||request|b||")
        {
            replies.Append(_client.Send(character.ToString()));
        }

        replies.ToString().ShouldBe("[request|a||][request|b||]");
    }

    [Fact]
    public void A_request_of_many_blocks_is_served_in_one_piece()
    {
        string value = new('x', 300_000);

        _client.Send($"request|{value}||").ShouldBe($"[request|{value}||]");
    }

    [Fact]
    public void A_deferred_reply_keeps_its_position_among_the_others()
    {
        _client.Send("request|a||hold|1||request|b||hold|2||request|c||")
            .ShouldBe("[request|a||][hold|1||]deferred[request|b||][hold|2||]deferred[request|c||]");
    }

    [Fact]
    public void A_reply_may_be_deferred_for_more_than_one_turn()
    {
        using ScriptedClient client = new(new EchoService { MoreTurns = 3 });

        client.Send("hold|1||request|b||").ShouldBe("[hold|1||]deferred[request|b||]");
    }

    [Fact]
    public void A_wake_up_ends_the_conversation_without_a_reply()
    {
        _client.Send("W|").ShouldBe("");
        _client.Conversation.End.ShouldBe(ConversationEnd.Trigger);
    }

    [Fact]
    public void A_wake_up_may_arrive_in_two_pieces_and_between_requests()
    {
        _client.Send("request|a||").ShouldBe("[request|a||]");
        _client.Send("W").ShouldBe("");
        _client.Conversation.State.ShouldBe(ConversationState.AwaitsInput);
        _client.Send("|").ShouldBe("");
        _client.Conversation.End.ShouldBe(ConversationEnd.Trigger);
    }

    [Theory]
    [InlineData("A|")]
    [InlineData("AB")]
    [InlineData("|")]
    [InlineData("||")]
    [InlineData("W")]
    [InlineData("q")]
    public void Another_short_message_has_no_reply_and_does_not_affect_the_next_request(string trigger)
    {
        _client.Send(trigger).ShouldBe("");
        _client.Conversation.State.ShouldBe(ConversationState.AwaitsInput);
        _client.Send("request|a||").ShouldBe("[request|a||]");
    }

    [Theory]
    [InlineData("W|||", "[W|||]")]
    [InlineData("|||", "[|]")]
    [InlineData("|request|a||", "[|][request|a||]")]
    public void Three_or_more_bytes_are_always_requests(string bytes, string expected)
    {
        _client.Send(bytes).ShouldBe(expected);
        _client.Conversation.State.ShouldBe(ConversationState.AwaitsInput);
    }

    [Theory]
    [InlineData("")]
    [InlineData("W")]
    [InlineData("AB")]
    [InlineData("re")]
    public void The_end_between_requests_has_no_reply(string bytes)
    {
        _client.Send(bytes);
        _client.Close().ShouldBe("");
        _client.Conversation.State.ShouldBe(ConversationState.Ended);
        _client.Conversation.End.ShouldBe(ConversationEnd.Ordinary);
    }

    [Fact]
    public void An_incomplete_request_is_served_when_the_stream_ends()
    {
        _client.Send("request|a||request|pol").ShouldBe("[request|a||]");
        _client.Close().ShouldBe("[request|pol]");
        _client.Conversation.State.ShouldBe(ConversationState.Ended);
    }

    [Fact]
    public void A_deferred_reply_to_an_incomplete_request_is_written_before_the_end()
    {
        _client.Send("request|a||hold|1|extra|").ShouldBe("[request|a||]");
        _client.Close().ShouldBe("[hold|1|extra|]deferred");
        _client.Conversation.State.ShouldBe(ConversationState.Ended);
    }

    [Fact]
    public void Requests_and_the_end_may_arrive_together()
    {
        _client.Receive(Wire.Bytes("request|a||hold|b||requ"));

        _client.Close().ShouldBe("[request|a||][hold|b||]deferred[requ]");
        _client.Conversation.State.ShouldBe(ConversationState.Ended);
    }

    [Fact]
    public void The_shared_memory_is_erased_after_its_requests_were_served()
    {
        _client.Send("request|a||requ").ShouldBe("[request|a||]");
        _client.Memory.Received.Span.IndexOfAnyExcept((byte)0).ShouldBe(-1);

        _client.Send("est|b||").ShouldBe("[request|b||]");
    }

    [Fact]
    public void A_message_over_the_limit_ends_the_conversation()
    {
        _client.Send("request|" + new string('x', ServerLimits.MessageBytes)).ShouldBe("");
        _client.Conversation.End.ShouldBe(ConversationEnd.MessageTooLong);
    }

    [Theory]
    [InlineData(MemoryLimits.SoftLimitBlocks, 2 * ServerLimits.ModestMessageBytes, ConversationEnd.MemoryScarce)]
    [InlineData(MemoryLimits.SoftLimitBlocks, ServerLimits.ModestMessageBytes / 2, ConversationEnd.Ordinary)]
    [InlineData(100, 2 * ServerLimits.ModestMessageBytes, ConversationEnd.Ordinary)]
    public void While_memory_is_scarce_only_modest_messages_are_served(
        int blocksOfOthers, int messageBytes, ConversationEnd expected)
    {
        IMemoryOwner<byte>[] others = [.. Enumerable.Range(0, blocksOfOthers).Select(_ => _client.Memory.Rent())];
        string text = new('x', messageBytes);

        _client.Send("request|" + text);

        _client.Conversation.End.ShouldBe(expected);
        if (expected == ConversationEnd.Ordinary)
        {
            _client.Send("||").ShouldBe($"[request|{text}||]");
        }

        Array.ForEach(others, block => block.Dispose());
    }

    [Fact]
    public void While_memory_is_scarce_a_large_reply_is_truncated_and_not_sent()
    {
        // Memory is not scarce when the reply begins: the reply itself exceeds the limit.
        IMemoryOwner<byte>[] others =
            [.. Enumerable.Range(0, MemoryLimits.SoftLimitBlocks - 10).Select(_ => _client.Memory.Rent())];
        string small = "request|a||";
        string large = $"request|{new string('x', 16 * ServerLimits.ModestMessageBytes)}||";

        _client.Send(small).ShouldBe($"[{small}]");
        _client.Send(large).ShouldBe("");

        _client.Conversation.State.ShouldBe(ConversationState.Ended);
        _client.Conversation.End.ShouldBe(ConversationEnd.MemoryScarce);
        int replyBlocks = _client.Memory.UsedBlocks - others.Length;
        replyBlocks.ShouldBeInRange(1, (ServerLimits.ModestMessageBytes / MemoryLimits.BlockBytes) + 2);
        Array.ForEach(others, block => block.Dispose());
    }

    [Fact]
    public void While_memory_is_full_an_ordinary_request_is_served()
    {
        IMemoryOwner<byte>[] others =
            [.. Enumerable.Range(0, MemoryLimits.HardLimitBlocks + 1).Select(_ => _client.Memory.Rent())];

        _client.Send("request|a||").ShouldBe("[request|a||]");
        _client.Conversation.KeepsInput.ShouldBeFalse();
        _client.Send("request|b");
        _client.Conversation.KeepsInput.ShouldBeTrue();
        _client.Send("||").ShouldBe("[request|b||]");

        Array.ForEach(others, block => block.Dispose());
    }

    [Fact]
    public void It_reports_whether_a_request_is_unfinished_and_inside_a_value()
    {
        _client.Send("re");
        _client.Conversation.IsInsideRequest.ShouldBeFalse();
        _client.Send("que");
        _client.Conversation.IsInsideRequest.ShouldBeTrue();
        _client.Conversation.IsInsideValue.ShouldBeFalse();
        _client.Send("st|po");
        _client.Conversation.IsInsideValue.ShouldBeTrue();
        _client.Send("licy||");
        _client.Conversation.IsInsideRequest.ShouldBeFalse();
    }
}
