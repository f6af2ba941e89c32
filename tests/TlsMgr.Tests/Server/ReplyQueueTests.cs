using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Shouldly;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Server;
using Xunit;

namespace TlsMgr.Tests.Server;

public sealed class ReplyQueueTests : IDisposable
{
    private readonly BlockPool _memory = new();

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Replies_that_are_sent_at_once_need_no_block()
    {
        ReplyQueue queue = Begin();
        queue.Write(new byte[MemoryLimits.ReplyBufferBytes]);

        Read(queue, int.MaxValue).Length.ShouldBe(MemoryLimits.ReplyBufferBytes);

        _memory.UsedBlocks.ShouldBe(0);
        _memory.Replies.Position.ShouldBe(0, "what was sent is free for the next reply");
    }

    [Fact]
    public void More_than_the_shared_memory_holds_is_kept_in_order()
    {
        byte[] large = [.. Enumerable.Range(0, MemoryLimits.ReplyBufferBytes + 10).Select(i => (byte)(i % 251))];
        ReplyQueue queue = Begin();
        queue.Write(large);

        Read(queue, int.MaxValue).ShouldBe(large);
    }

    [Fact]
    public void A_reply_after_one_of_another_connection_follows_the_earlier_ones()
    {
        ReplyQueue first = Begin();
        ReplyQueue second = Begin();
        first.Write("a"u8);
        second.Write("b"u8);
        first.Write("c"u8);

        Read(second, int.MaxValue).ShouldBe("b"u8.ToArray());
        Read(first, int.MaxValue).ShouldBe("ac"u8.ToArray());
    }

    [Fact]
    public void Erased_replies_leave_nothing_behind()
    {
        ReplyQueue first = Begin();
        ReplyQueue second = Begin();
        first.Write("secret"u8);
        second.Write("another secret"u8);
        Read(first, int.MaxValue);
        Read(second, 3);

        _memory.Replies.Erase();

        _memory.Replies.Slice(0, MemoryLimits.ReplyBufferBytes).Span.IndexOfAnyExcept((byte)0).ShouldBe(-1);
        Read(second, int.MaxValue).ShouldBe("ther secret"u8.ToArray());
    }

    /// <summary>
    /// Connections write and send at random, and each turn ends when all have tried to send: what each of them sends is
    /// what it wrote.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_is_written_is_sent_in_order(int seed)
    {
        System.Random random = new(seed);
        (ReplyQueue Queue, List<byte> Written, List<byte> Sent)[] all =
            [.. Enumerable.Range(0, 5).Select(_ => (Begin(), new List<byte>(), new List<byte>()))];
        for (int turn = 0; turn < 300; turn++)
        {
            for (int step = random.Next(10); step > 0; step--)
            {
                (ReplyQueue queue, List<byte> written, _) = all[random.Next(all.Length)];
                byte[] bytes = new byte[random.Next(random.Next(10) == 0 ? 100_000 : 3000)];
                random.NextBytes(bytes);
                queue.Write(bytes);
                written.AddRange(bytes);
            }

            foreach ((ReplyQueue queue, _, List<byte> sent) in all)
            {
                sent.AddRange(Read(queue, random.Next(5) switch { 0 => 0, 1 => random.Next(5000), _ => int.MaxValue }));
            }

            _memory.Replies.Erase();
        }

        foreach ((ReplyQueue queue, List<byte> written, List<byte> sent) in all)
        {
            sent.AddRange(Read(queue, int.MaxValue));
            sent.ShouldBe(written);
        }

        _memory.UsedBlocks.ShouldBe(0);
    }

    private static byte[] Read(ReplyQueue queue, int limitBytes)
    {
        if (!queue.TryRead(out ReadOnlySequence<byte> unsent))
        {
            return [];
        }

        byte[] bytes = unsent.Slice(0, long.Min(unsent.Length, limitBytes)).ToArray();
        queue.Sent(unsent, bytes.Length);
        return bytes;
    }

    private ReplyQueue Begin()
    {
        ReplyQueue queue = new(_memory);
        queue.Begin();
        return queue;
    }
}
