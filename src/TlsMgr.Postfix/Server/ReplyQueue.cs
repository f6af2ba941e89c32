// The replies of one connection. They are written to the buffer that all connections share, and sent before the next
// connection is served; only what the kernel does not take, or what is larger than the buffer, is kept in blocks of
// the connection. While memory is scarce, a large reply is truncated: the rest is discarded.
// Invariants: a truncated reply is not sent; between two connections the shared buffer is empty.

using System;
using System.Buffers;
using System.Collections.Generic;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>The unsent replies of one connection.</summary>
/// <param name="memory">The memory of the connections.</param>
public sealed class ReplyQueue(BlockPool memory) : IBufferWriter<byte>
{
    private readonly ReplyBuffer _shared = memory.Replies;

    /// <summary>The blocks before the last one, which is being filled.</summary>
    private readonly Queue<(IMemoryOwner<byte> Block, int LengthBytes)> _filled = [];
    private IMemoryOwner<byte>? _last;
    private int _lastBytes;

    /// <summary>The bytes of the first block that were sent.</summary>
    private int _sentBytes;
    private long _keptBytes;
    private int _replyBytes;

    /// <summary>The number of bytes that were not sent.</summary>
    public long LengthBytes => IsTruncated ? 0 : _last is null ? _shared.Written.Length : _keptBytes;

    /// <summary>Whether a reply was truncated, which ends the connection.</summary>
    internal bool IsTruncated { get; private set; }

    /// <summary>Whether the last reply exceeds <see cref="ServerLimits.ModestMessageBytes"/>.</summary>
    internal bool IsLarge => _replyBytes > ServerLimits.ModestMessageBytes;

    /// <summary>Starts another reply.</summary>
    internal void Begin() => _replyBytes = 0;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        _replyBytes += count;
        IsTruncated |= IsLarge && memory.Pressure >= BlockPressure.Scarce;
        if (IsTruncated)
        {
            // Bytes that are not advanced over are overwritten by later ones, and erased with their memory.
            _shared.Discard(_last is null ? count : 0);
            return;
        }

        if (_last is null)
        {
            _shared.Advance(count);
        }
        else
        {
            _lastBytes += count;
            _keptBytes += count;
        }
    }

    /// <summary>Not supported: replies are written to spans.</summary>
    public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

    /// <summary>Returns space for the next bytes.</summary>
    /// <param name="sizeHint">The bytes needed, at most <see cref="MemoryLimits.BlockBytes"/>.</param>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        int neededBytes = int.Max(sizeHint, 1);
        if (_last is null)
        {
            Span<byte> free = _shared.Free;
            if (free.Length >= neededBytes)
            {
                return free;
            }

            Keep(_shared.Written);
            _shared.Clear();
        }

        if (_last is null || MemoryLimits.BlockBytes - _lastBytes < neededBytes)
        {
            AddBlock();
        }

        return _last!.Memory.Span[_lastBytes..];
    }

    /// <summary>Sends as much as the socket accepts, of a long queue only the first part, and keeps the rest.</summary>
    /// <returns>The bytes sent, or the negative of an <see cref="Errno"/>.</returns>
    internal int Send(int descriptor)
    {
        if (_last is not null)
        {
            return SendBlocks(descriptor);
        }

        ReadOnlySpan<byte> written = _shared.Written;
        int count = UnixSocket.Send(descriptor, written);
        if (count != written.Length)
        {
            Keep(written[int.Max(count, 0)..]);
        }

        _shared.Clear();
        return count;
    }

    /// <summary>The first bytes that were not sent, in one piece; empty when there are none.</summary>
    public ReadOnlySpan<byte> FirstPiece =>
        IsTruncated ? default
        : _last is null ? _shared.Written
        : _filled.TryPeek(out (IMemoryOwner<byte> Block, int LengthBytes) first)
            ? first.Block.Memory.Span[_sentBytes..first.LengthBytes]
            : _last.Memory.Span[_sentBytes.._lastBytes];

    /// <summary>Removes and erases the first piece.</summary>
    public void RemoveFirstPiece()
    {
        if (_last is null)
        {
            _shared.Erase();
        }
        else
        {
            RemoveSent(FirstPiece.Length);
        }
    }

    /// <summary>Discards everything, and begins again for another client.</summary>
    internal void Reset()
    {
        while (_last is not null)
        {
            RemoveFirstBlock();
        }

        _shared.Clear();
        _keptBytes = 0;
        _replyBytes = 0;
        IsTruncated = false;
    }

    private int SendBlocks(int descriptor)
    {
        MessagePieces pieces = default;
        int start = _sentBytes;
        foreach ((IMemoryOwner<byte> block, int lengthBytes) in _filled)
        {
            pieces.Add(block.Memory.Span[start..lengthBytes]);
            start = 0;
            if (pieces.IsFull)
            {
                break;
            }
        }

        if (!pieces.IsFull)
        {
            pieces.Add(_last!.Memory.Span[start.._lastBytes]);
        }

        int count = UnixSocket.Send(descriptor, ref pieces);
        RemoveSent(int.Max(count, 0));
        return count;
    }

    private void RemoveSent(int count)
    {
        _sentBytes += count;
        _keptBytes -= count;
        while (_filled.TryPeek(out (IMemoryOwner<byte> Block, int LengthBytes) first)
            && _sentBytes >= first.LengthBytes)
        {
            _sentBytes -= first.LengthBytes;
            _filled.Dequeue().Block.Dispose();
        }

        if (_keptBytes == 0)
        {
            RemoveFirstBlock();
        }
    }

    private void RemoveFirstBlock()
    {
        if (_filled.TryDequeue(out (IMemoryOwner<byte> Block, int LengthBytes) first))
        {
            first.Block.Dispose();
            return;
        }

        _last!.Dispose();
        _last = null;
        _lastBytes = 0;
        _sentBytes = 0;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            AddBlock();
            int count = int.Min(bytes.Length, MemoryLimits.BlockBytes);
            bytes[..count].CopyTo(_last!.Memory.Span);
            bytes = bytes[count..];
            _lastBytes = count;
            _keptBytes += count;
        }
    }

    private void AddBlock()
    {
        IMemoryOwner<byte> block = memory.Rent();
        if (_last is not null)
        {
            _filled.Enqueue((_last, _lastBytes));
        }

        _last = block;
        _lastBytes = 0;
    }
}
