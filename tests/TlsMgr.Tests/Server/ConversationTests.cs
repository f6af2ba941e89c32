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
    public void Requests_are_answered_one_after_the_other()
    {
        _client.Say("request|a||").ShouldBe("[request|a||]");
        _client.Say("request|b||").ShouldBe("[request|b||]");
        _client.Close().ShouldBe("");
        _client.Conversation.State.ShouldBe(ConversationState.Ended);
    }

    [Fact]
    public void Several_requests_in_one_write_are_answered_in_order()
    {
        _client.Say("request|a||request|b||request|c||").ShouldBe("[request|a||][request|b||][request|c||]");
    }

    [Fact]
    public void More_requests_than_one_turn_takes_are_answered_too()
    {
        string many = string.Concat(Enumerable.Range(0, 3 * ServerLimits.MessagesPerTurn).Select(i => $"request|{i}||"));

        _client.Say(many).ShouldBe(many.Replace("request|", "[request|").Replace("||", "||]"));
    }

    [Fact]
    public void A_request_may_be_cut_at_every_byte()
    {
        const string Request = "request|a|b|||";
        for (int cut = 0; cut <= Request.Length; cut++)
        {
            using ScriptedClient client = new(new EchoService());
            (client.Say(Request[..cut]) + client.Say(Request[cut..])).ShouldBe($"[{Request}]", $"cut at {cut}");
        }
    }

    [Fact]
    public void A_request_may_come_byte_by_byte()
    {
        StringBuilder said = new();
        foreach (char character in "request|a||request|b||")
        {
            said.Append(_client.Say(character.ToString()));
        }

        said.ToString().ShouldBe("[request|a||][request|b||]");
    }

    [Fact]
    public void A_request_of_many_pieces_is_served_whole()
    {
        string value = new('x', 300_000);

        _client.Say($"request|{value}||").ShouldBe($"[request|{value}||]");
    }

    [Fact]
    public void A_held_reply_keeps_its_place_among_the_others()
    {
        _client.Say("request|a||hold|1||request|b||hold|2||request|c||")
            .ShouldBe("[request|a||][hold|1||]held[request|b||][hold|2||]held[request|c||]");
    }

    [Fact]
    public void A_wake_up_ends_the_conversation_without_an_answer()
    {
        _client.Say("W|").ShouldBe("");
        _client.Conversation.End.ShouldBe(ConversationEnd.Trigger);
    }

    [Fact]
    public void A_wake_up_may_come_in_two_pieces_and_between_requests()
    {
        _client.Say("request|a||").ShouldBe("[request|a||]");
        _client.Say("W").ShouldBe("");
        _client.Conversation.State.ShouldBe(ConversationState.AwaitsInput);
        _client.Say("|").ShouldBe("");
        _client.Conversation.End.ShouldBe(ConversationEnd.Trigger);
    }

    [Theory]
    [InlineData("A|")]
    [InlineData("AB")]
    [InlineData("|")]
    [InlineData("||")]
    [InlineData("W")]
    [InlineData("q")]
    public void Another_short_message_gets_no_answer_and_does_not_disturb_the_next_request(string trigger)
    {
        _client.Say(trigger).ShouldBe("");
        _client.Conversation.State.ShouldBe(ConversationState.AwaitsInput);
        _client.Say("request|a||").ShouldBe("[request|a||]");
    }

    [Theory]
    [InlineData("W|||", "[W|||]")]
    [InlineData("|||", "[|]")]
    [InlineData("|request|a||", "[|][request|a||]")]
    public void Three_bytes_and_more_are_requests_however_odd(string bytes, string expected)
    {
        _client.Say(bytes).ShouldBe(expected);
        _client.Conversation.State.ShouldBe(ConversationState.AwaitsInput);
    }

    [Theory]
    [InlineData("")]
    [InlineData("W")]
    [InlineData("AB")]
    [InlineData("re")]
    public void The_end_between_requests_is_quiet(string bytes)
    {
        _client.Say(bytes);
        _client.Close().ShouldBe("");
        _client.Conversation.State.ShouldBe(ConversationState.Ended);
        _client.Conversation.End.ShouldBe(ConversationEnd.Ordinary);
    }

    [Fact]
    public void What_there_is_of_a_request_is_served_when_the_stream_ends()
    {
        _client.Say("request|a||request|pol").ShouldBe("[request|a||]");
        _client.Close().ShouldBe("[request|pol]");
        _client.Conversation.State.ShouldBe(ConversationState.Ended);
    }

    [Fact]
    public void A_reply_held_for_the_last_of_a_request_is_written_before_the_end()
    {
        _client.Say("request|a||hold|1|extra|").ShouldBe("[request|a||]");
        _client.Close().ShouldBe("[hold|1|extra|]held");
        _client.Conversation.State.ShouldBe(ConversationState.Ended);
    }

    [Fact]
    public void A_request_and_the_end_may_come_together()
    {
        _client.Conversation.Input.Write(Wire.Bytes("request|a||hold|b||requ"));
        _client.Conversation.InputArrived();

        _client.Close().ShouldBe("[request|a||][hold|b||]held[requ]");
        _client.Conversation.State.ShouldBe(ConversationState.Ended);
    }

    [Fact]
    public void A_message_over_the_limit_ends_the_conversation()
    {
        _client.Say("request|" + new string('x', ServerLimits.MessageBytes)).ShouldBe("");
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

        _client.Say("request|" + text);

        _client.Conversation.End.ShouldBe(expected);
        if (expected == ConversationEnd.Ordinary)
        {
            _client.Say("||").ShouldBe($"[request|{text}||]");
        }

        Array.ForEach(others, block => block.Dispose());
    }

    [Fact]
    public void While_memory_is_scarce_a_large_reply_is_cut_and_nothing_of_it_is_sent()
    {
        // A little is left: the reply is begun, and makes memory scarce itself.
        IMemoryOwner<byte>[] others = [.. Enumerable.Range(0, MemoryLimits.SoftLimitBlocks - 10).Select(_ => _client.Memory.Rent())];
        string small = "request|a||";
        string large = $"request|{new string('x', 16 * ServerLimits.ModestMessageBytes)}||";

        _client.Say(small).ShouldBe($"[{small}]");
        _client.Say(large).ShouldBe("");

        _client.Conversation.State.ShouldBe(ConversationState.Ended);
        _client.Conversation.End.ShouldBe(ConversationEnd.MemoryScarce);
        int ofReply = _client.Memory.UsedBlocks - others.Length;
        ofReply.ShouldBeInRange(1, (ServerLimits.ModestMessageBytes / MemoryLimits.BlockBytes) + 2);
        Array.ForEach(others, block => block.Dispose());
    }

    [Fact]
    public void While_memory_is_full_an_ordinary_request_is_served()
    {
        IMemoryOwner<byte>[] others = [.. Enumerable.Range(0, MemoryLimits.HardLimitBlocks + 1).Select(_ => _client.Memory.Rent())];

        _client.Say("request|a||").ShouldBe("[request|a||]");
        _client.Conversation.KeepsInput.ShouldBeFalse();
        _client.Say("request|b");
        _client.Conversation.KeepsInput.ShouldBeTrue();
        _client.Say("||").ShouldBe("[request|b||]");

        Array.ForEach(others, block => block.Dispose());
    }

    [Fact]
    public void It_tells_whether_a_request_is_open_and_where_it_stopped()
    {
        _client.Say("re");
        _client.Conversation.IsInsideRequest.ShouldBeFalse();
        _client.Say("que");
        _client.Conversation.IsInsideRequest.ShouldBeTrue();
        _client.Conversation.IsInsideValue.ShouldBeFalse();
        _client.Say("st|po");
        _client.Conversation.IsInsideValue.ShouldBeTrue();
        _client.Say("licy||");
        _client.Conversation.IsInsideRequest.ShouldBeFalse();
    }
}
