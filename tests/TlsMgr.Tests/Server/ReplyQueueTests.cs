using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using Shouldly;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Server;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Server;

public sealed class ReplyQueueTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-replies-");
    private readonly BlockPool _memory = new();
    private readonly ReplyQueue _queue;
    private readonly UnixListener _listener;
    private readonly Socket _client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly int _descriptor;

    public ReplyQueueTests()
    {
        _queue = new ReplyQueue(_memory);
        string path = Path.Combine(_directory.FullName, "service");
        _listener = new UnixListener(path);
        _client.Connect(new UnixDomainSocketEndPoint(path));
        _descriptor = Native.Libc.UnixSocket.Accept(_listener.Descriptor);
    }

    public void Dispose()
    {
        _queue.Reset();
        _memory.Dispose();
        Native.Libc.FileDescriptor.Close(_descriptor);
        _client.Dispose();
        _listener.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void A_reply_that_the_socket_takes_needs_no_block()
    {
        _queue.Write(Bytes(5000));
        _queue.LengthBytes.ShouldBe(5000);

        _queue.Send(_descriptor).ShouldBe(5000);

        _queue.LengthBytes.ShouldBe(0);
        _memory.UsedBlocks.ShouldBe(0);
        Receive(5000).ShouldBe(Bytes(5000));
    }

    [Theory]
    [InlineData(MemoryLimits.ReplyBytes)]
    [InlineData(MemoryLimits.ReplyBytes + 1)]
    [InlineData(1_400_000)]
    public void What_the_socket_does_not_take_is_kept_in_order(int length)
    {
        byte[] expected = Bytes(length);
        _queue.Write(expected);
        List<byte> received = [];

        while (_queue.LengthBytes > 0)
        {
            int sent = _queue.Send(_descriptor);
            sent.ShouldBeGreaterThan(0);
            received.AddRange(Receive(sent));
            _memory.Replies.Written.Length.ShouldBe(0, "it is empty for the next connection");
        }

        received.SequenceEqual(expected).ShouldBeTrue();
        _memory.UsedBlocks.ShouldBe(0);
    }

    [Fact]
    public void Replies_behind_one_that_is_not_sent_keep_their_place()
    {
        byte[] large = Bytes(1_000_000);
        _queue.Write(large);
        _queue.Send(_descriptor);
        _queue.Write("behind"u8);
        List<byte> received = [];

        while (received.Count < large.Length + 6)
        {
            received.AddRange(Receive(_client.Available));
            _queue.Send(_descriptor);
        }

        received.SequenceEqual([.. large, .. "behind"u8]).ShouldBeTrue();
    }

    [Fact]
    public void The_pieces_for_a_descriptor_that_waits_are_complete_and_erased()
    {
        byte[] expected = Bytes(200_000);
        _queue.Write(expected);
        List<byte> taken = [];

        while (!_queue.FirstPiece.IsEmpty)
        {
            taken.AddRange(_queue.FirstPiece);
            _queue.RemoveFirstPiece();
        }

        taken.SequenceEqual(expected).ShouldBeTrue();
        _memory.UsedBlocks.ShouldBe(0);
        _memory.Replies.Free.ContainsAnyExcept((byte)0).ShouldBeTrue("the beginning was moved to blocks");
        _memory.Replies.Erase();
        _memory.Replies.Free.ContainsAnyExcept((byte)0).ShouldBeFalse();
    }

    [Fact]
    public void A_queue_that_is_reset_sends_nothing_of_the_client_before()
    {
        _queue.Write(Bytes(300_000));
        _queue.Reset();

        _queue.LengthBytes.ShouldBe(0);
        _queue.FirstPiece.IsEmpty.ShouldBeTrue();
        _memory.UsedBlocks.ShouldBe(0);
        _queue.Write("next"u8);
        _queue.FirstPiece.SequenceEqual("next"u8).ShouldBeTrue();
    }

    [Fact]
    public void A_reply_that_is_truncated_is_erased_with_what_was_written_after_that()
    {
        IMemoryOwner<byte>[] others =
            [.. Enumerable.Range(0, MemoryLimits.SoftLimitBlocks + 1).Select(_ => _memory.Rent())];

        _queue.Write(Bytes(ServerLimits.ModestMessageBytes + 100));
        _queue.IsTruncated.ShouldBeTrue();
        _queue.LengthBytes.ShouldBe(0, "it is not sent");
        _queue.Reset();
        _memory.Replies.Free.ContainsAnyExcept((byte)0).ShouldBeTrue();
        _memory.Replies.Erase();

        _memory.Replies.Free.ContainsAnyExcept((byte)0).ShouldBeFalse();
        Array.ForEach(others, block => block.Dispose());
    }

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)((i % 251) + 1))];

    private byte[] Receive(int length)
    {
        byte[] bytes = new byte[length];
        for (int count = 0; count < length;)
        {
            count += _client.Receive(bytes.AsSpan(count));
        }

        return bytes;
    }
}
