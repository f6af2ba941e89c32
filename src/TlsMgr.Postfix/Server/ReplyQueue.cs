// The replies to one client that were not sent yet. Those of the present turn are in the memory that all connections
// share; when the kernel does not take them at its end, or they are too large, they move to blocks of the connection.
// While memory is scarce, a large reply is truncated: the rest is discarded.
// Invariants: a truncated reply is not sent; after a turn, no reply is in the shared memory.

using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.Intrinsics;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Protocol;

namespace TlsMgr.Postfix.Server;

/// <summary>The unsent replies of one connection.</summary>
public sealed class ReplyQueue : IBufferWriter<byte>
{
    private readonly BlockPool _memory;
    private readonly ReplyBuffer _shared;
    private readonly Pipe _blocks;

    /// <summary>The place of the replies in the shared memory, while they are not in blocks.</summary>
    private int _start;
    private int _lengthBytes;
    private bool _usesBlocks;
    private bool _hasEnded;

    /// <summary>The bytes of the last reply so far.</summary>
    private long _replyBytes;

    /// <summary>Creates an empty queue.</summary>
    /// <param name="memory">The memory of the connections.</param>
    internal ReplyQueue(BlockPool memory)
    {
        _memory = memory;
        _shared = memory.Replies;
        _blocks = new Pipe(memory.Options);
    }

    /// <summary>
    /// Whether the unsent replies exceed <see cref="ServerLimits.UnsentReplyBytes"/>: the next request waits.
    /// </summary>
    internal bool IsFull =>
        (_usesBlocks ? _blocks.Writer.UnflushedBytes : _lengthBytes) > ServerLimits.UnsentReplyBytes;

    /// <summary>Whether a reply was truncated, which ends the connection.</summary>
    internal bool IsTruncated { get; private set; }

    /// <summary>Whether the last reply exceeds <see cref="ServerLimits.ModestMessageBytes"/>.</summary>
    internal bool IsLarge => _replyBytes > ServerLimits.ModestMessageBytes;

    /// <summary>
    /// Writes and discards zeros. The first call of an interface's method saves the processor's registers on the stack,
    /// where a part of a ticket key would stay.
    /// </summary>
    internal static void Prepare(BlockPool memory)
    {
        ReplyQueue queue = new(memory);
        queue.Begin();
        AttributeWriter writer = new(queue);
        writer.WriteData("zeros"u8, stackalloc byte[Vector128<byte>.Count]);
        writer.WriteEnd();
        memory.Replies.Erase();
    }

    /// <summary>Starts another reply.</summary>
    internal void BeginReply() => _replyBytes = 0;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        _replyBytes += count;
        IsTruncated |= IsLarge && _memory.Pressure >= BlockPressure.Scarce;

        // A reply above that limit is in blocks, for the shared memory has no more. Bytes that are not
        // advanced over are overwritten by later ones, and erased with their block.
        if (_usesBlocks)
        {
            _blocks.Writer.Advance(IsTruncated ? 0 : count);
        }
        else
        {
            _shared.Advance(count);
            _lengthBytes += count;
        }
    }

    /// <summary>Returns space for the next bytes.</summary>
    /// <param name="sizeHint">The bytes needed, at most <see cref="MemoryLimits.BlockBytes"/>.</param>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (!_usesBlocks)
        {
            Span<byte> free = _shared.Free;
            _start = _lengthBytes == 0 ? _shared.Position : _start;
            if (_start + _lengthBytes == _shared.Position && free.Length >= int.Max(sizeHint, 1))
            {
                return free;
            }

            MoveToBlocks();
        }

        return _blocks.Writer.GetSpan(sizeHint);
    }

    /// <summary>Not supported: replies are written to spans.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

    /// <summary>
    /// Returns the bytes to be sent; false when there are none. A call that returns true is followed by one of
    /// <see cref="Sent"/>.
    /// </summary>
    public bool TryRead(out ReadOnlySequence<byte> unsent)
    {
        unsent = default;
        if (IsTruncated)
        {
            return false;
        }

        if (!_usesBlocks)
        {
            unsent = _lengthBytes == 0 ? default : new ReadOnlySequence<byte>(_shared.Slice(_start, _lengthBytes));
            return _lengthBytes > 0;
        }

        BlockPool.Publish(_blocks.Writer);
        bool hasBytes = _blocks.Reader.TryRead(out ReadResult result);
        unsent = result.Buffer;
        return hasBytes;
    }

    /// <summary>Removes sent bytes; the rest is kept in blocks.</summary>
    /// <param name="unsent">What <see cref="TryRead"/> returned.</param>
    /// <param name="count">The number of bytes of it that were sent.</param>
    public void Sent(in ReadOnlySequence<byte> unsent, long count)
    {
        if (_usesBlocks)
        {
            SequencePosition rest = unsent.GetPosition(count);
            _usesBlocks = !rest.Equals(unsent.End);
            _blocks.Reader.AdvanceTo(rest);
            return;
        }

        _start += (int)count;
        _lengthBytes -= (int)count;
        if (_lengthBytes > 0)
        {
            MoveToBlocks();
        }

        _shared.Release(_start - (int)count, _start);
    }

    /// <summary>Starts with another client.</summary>
    internal void Begin()
    {
        if (_hasEnded)
        {
            _blocks.Reset();
            _hasEnded = false;
        }

        _lengthBytes = 0;
        _usesBlocks = false;
        IsTruncated = false;
        _replyBytes = 0;
    }

    /// <summary>Releases the blocks.</summary>
    internal void End()
    {
        _blocks.Writer.Complete();
        _blocks.Reader.Complete();
        _hasEnded = true;
    }

    private void MoveToBlocks()
    {
        _usesBlocks = true;
        if (_lengthBytes > 0)
        {
            _blocks.Writer.Write(_shared.Slice(_start, _lengthBytes).Span);
            _lengthBytes = 0;
        }
    }
}
