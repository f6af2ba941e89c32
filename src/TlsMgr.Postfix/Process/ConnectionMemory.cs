// The memory of all connections: requests and replies in flight, which hold sessions, seeds and ticket keys. Blocks of
// locked memory, erased whenever a connection gives one back. A connection that waits for its next request holds none.
// For the thread of the event loop alone.

using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Process;

/// <summary>What connections keep bytes in.</summary>
public sealed class ConnectionMemory : MemoryPool<byte>
{
    private readonly List<Slab> _slabs = [];

    /// <summary>No slab before this one has a free block.</summary>
    private int _firstFree;

    /// <summary>Takes nothing yet but a little room for messages that lie in several blocks.</summary>
    public ConnectionMemory() => Options = new PipeOptions(
        this, PipeScheduler.Inline, PipeScheduler.Inline, pauseWriterThreshold: 0, resumeWriterThreshold: 0,
        minimumSegmentSize: Limits.BlockBytes, useSynchronizationContext: false);

    /// <summary>
    /// Pipes of this memory. They have no thresholds: a conversation bounds itself, and a flush never waits.
    /// </summary>
    public PipeOptions Options { get; }

    /// <summary>Where a message is put together that lies in several blocks.</summary>
    public ScratchMemory Scratch { get; } = new(Limits.ScratchBytes);

    /// <summary>Blocks that connections have.</summary>
    internal int UsedBlocks { get; private set; }

    /// <summary>Whether connections use so much that large messages and replies have to be refused.</summary>
    internal bool IsScarce => UsedBlocks > Limits.PlentyBlocks;

    /// <summary>Whether connections use so much that none may keep anything from one turn to the next.</summary>
    internal bool IsFull => UsedBlocks > Limits.MostBlocks;

    /// <summary>A pipe would take what is larger from memory of its own, which nobody erases.</summary>
    public override int MaxBufferSize => Limits.BlockBytes;

    /// <summary>Takes a block.</summary>
    /// <param name="minBufferSize">Not looked at: all blocks are of <see cref="MaxBufferSize"/>.</param>
    /// <exception cref="InsufficientMemoryException">The kernel has no more memory.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        while (_firstFree < _slabs.Count && _slabs[_firstFree].FreeBlocks == 0)
        {
            _firstFree++;
        }

        if (_firstFree == _slabs.Count)
        {
            _slabs.Add(new Slab(this, _slabs.Count));
        }

        UsedBlocks++;
        return _slabs[_firstFree].Take();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Scratch.Dispose();
        _slabs.ForEach(slab => slab.Dispose());
        _slabs.Clear();
    }

    /// <summary>A block came back: slabs at the end that nobody uses go back to the kernel, with some delay.</summary>
    private void BlockFreed(int slabIndex)
    {
        UsedBlocks--;
        _firstFree = int.Min(_firstFree, slabIndex);
        while (_slabs.Count > Limits.KeptSlabs && _slabs[^1].IsUnused && _slabs[^2].FreeBlocks > Limits.SlabBlocks / 2)
        {
            _slabs[^1].Dispose();
            _slabs.RemoveAt(_slabs.Count - 1);
        }
    }

    /// <summary>Blocks in one piece of memory.</summary>
    private sealed class Slab : IDisposable
    {
        private readonly ConnectionMemory _owner;
        private readonly int _index;
        private readonly LockedMemory _memory = new(Limits.SlabBlocks * Limits.BlockBytes);
        private readonly Block[] _free = new Block[Limits.SlabBlocks];

        internal Slab(ConnectionMemory owner, int index)
        {
            _owner = owner;
            _index = index;
            while (FreeBlocks < Limits.SlabBlocks)
            {
                // The first to be taken lies at the beginning, so that a quiet daemon touches few pages.
                int place = Limits.SlabBlocks - 1 - FreeBlocks;
                Memory<byte> memory = _memory.Memory.Slice(place * Limits.BlockBytes, Limits.BlockBytes);
                _free[FreeBlocks++] = new Block(this, memory);
            }
        }

        internal int FreeBlocks { get; private set; }

        internal bool IsUnused => FreeBlocks == Limits.SlabBlocks;

        public void Dispose() => _memory.Dispose();

        internal Block Take() => _free[--FreeBlocks];

        internal void PutBack(Block block)
        {
            CryptographicOperations.ZeroMemory(block.Memory.Span);
            _free[FreeBlocks++] = block;
            _owner.BlockFreed(_index);
        }
    }

    /// <summary>A block; disposing of it gives it back.</summary>
    private sealed class Block(Slab slab, Memory<byte> memory) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => memory;

        public void Dispose() => slab.PutBack(this);
    }
}
