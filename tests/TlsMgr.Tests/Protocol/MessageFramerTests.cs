using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using TlsMgr.Postfix.Protocol;
using Xunit;

namespace TlsMgr.Tests.Protocol;

public sealed class MessageFramerTests
{
    private const int Limit = 1000;

    public static TheoryData<string> Messages => ParserCases.Valid;

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_ends_at_its_terminator(string text)
    {
        byte[] message = Wire.Bytes(text);
        byte[] stream = [.. message, .. "request\0"u8];
        MessageFramer framer = default;

        framer.Scan(new ReadOnlySequence<byte>(stream), Limit, out long length).ShouldBe(FrameStatus.Complete);

        length.ShouldBe(message.Length);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_prefix_is_incomplete(string text)
    {
        byte[] message = Wire.Bytes(text);
        for (int length = 0; length < message.Length; length++)
        {
            MessageFramer framer = default;
            framer.Scan(new ReadOnlySequence<byte>(message, 0, length), Limit, out _).ShouldBe(FrameStatus.Incomplete);
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_may_be_split_at_every_byte(string text)
    {
        byte[] message = Wire.Bytes(text);
        for (int cut = 0; cut <= message.Length; cut++)
        {
            MessageFramer framer = default;
            FrameStatus status = framer.Scan(Wire.InPieces(message, cut), Limit, out long length);
            status.ShouldBe(FrameStatus.Complete);
            length.ShouldBe(message.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_may_arrive_byte_by_byte(string text)
    {
        byte[] message = Wire.Bytes(text);
        MessageFramer framer = default;
        for (int count = 1; count < message.Length; count++)
        {
            framer.Scan(new ReadOnlySequence<byte>(message, 0, count), Limit, out _).ShouldBe(FrameStatus.Incomplete);
        }

        framer.Scan(new ReadOnlySequence<byte>(message), Limit, out long length).ShouldBe(FrameStatus.Complete);
        length.ShouldBe(message.Length);
    }

    [Fact]
    public void After_a_complete_message_the_framer_is_reset()
    {
        MessageFramer framer = default;
        framer.Scan(new ReadOnlySequence<byte>(Wire.Bytes("a|b||")), Limit, out _);

        framer.Scan(new ReadOnlySequence<byte>(Wire.Bytes("cc|||")), Limit, out long length)
            .ShouldBe(FrameStatus.Complete);

        length.ShouldBe(5);
    }

    [Theory]
    [InlineData("a|", true)]
    [InlineData("a|b", true)]
    [InlineData("a", false)]
    [InlineData("a|b|", false)]
    [InlineData("a||", false)]
    public void It_reports_whether_the_scanned_bytes_end_inside_a_value(string text, bool expected)
    {
        MessageFramer framer = default;
        framer.Scan(new ReadOnlySequence<byte>(Wire.Bytes(text)), Limit, out _);

        framer.IsInsideValue.ShouldBe(expected);
    }

    [Theory]
    [InlineData(996, FrameStatus.Complete)]
    [InlineData(997, FrameStatus.TooLong)]
    public void A_message_of_the_maximum_length_is_accepted_and_a_longer_one_is_not(
        int valueBytes, FrameStatus expected)
    {
        byte[] message = Wire.Bytes("a|" + new string('x', valueBytes) + "||");

        MessageFramer framer = default;
        framer.Scan(new ReadOnlySequence<byte>(message), Limit, out _).ShouldBe(expected);
    }

    [Fact]
    public void An_incomplete_message_is_too_long_as_soon_as_it_reaches_the_limit()
    {
        MessageFramer framer = default;
        framer.Scan(new ReadOnlySequence<byte>(new byte[Limit - 1].AsFilled('x')), Limit, out _)
            .ShouldBe(FrameStatus.Incomplete);
        framer.Scan(new ReadOnlySequence<byte>(new byte[Limit].AsFilled('x')), Limit, out _)
            .ShouldBe(FrameStatus.TooLong);
    }

    [Fact]
    public void The_frames_are_the_same_wherever_a_stream_is_split()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<(byte[] Stream, NonNegativeInt Cut)>(),
            input =>
            {
                byte[] stream = System.Array.ConvertAll(input.Stream ?? [], value => (byte)(value % 3));
                int cut = stream.Length == 0 ? 0 : input.Cut.Get % stream.Length;
                MessageFramer unsplit = default;
                MessageFramer split = default;
                FrameStatus unsplitStatus =
                    unsplit.Scan(new ReadOnlySequence<byte>(stream), Limit, out long unsplitLength);
                FrameStatus splitStatus =
                    split.Scan(new ReadOnlySequence<byte>(stream, 0, cut), Limit, out long splitLength);
                if (splitStatus == FrameStatus.Incomplete)
                {
                    splitStatus = split.Scan(new ReadOnlySequence<byte>(stream), Limit, out splitLength);
                }

                return unsplitStatus == splitStatus && unsplitLength == splitLength;
            }).QuickCheckThrowOnFailure();
    }
}

internal static class FilledArrays
{
    internal static byte[] AsFilled(this byte[] bytes, char value)
    {
        System.Array.Fill(bytes, (byte)value);
        return bytes;
    }
}
