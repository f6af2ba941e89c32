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
    private const int SlabBytes = Limits.SlabBlocks * Limits.BlockBytes;

    private readonly List<Slab> _slabs = [];
    private readonly HeapReserve _reserve;

    /// <summary>No slab before this one has a free block.</summary>
    private int _firstFree;

    /// <summary>Whether the kernel has refused what few blocks are left without.</summary>
    private bool _isRefused;

    /// <summary>Whether the collector's reserve was not there when it was last looked for.</summary>
    private bool _lacksReserve;

    private int _blocksUntilProbe = Limits.BlocksPerProbe;

    /// <summary>Takes what is enough for every day, so that it is there when the kernel gives no more.</summary>
    /// <param name="reserve">What has to be held before more is taken; its own without.</param>
    /// <exception cref="InsufficientMemoryException">The kernel has no memory.</exception>
    public ConnectionMemory(HeapReserve? reserve = null)
    {
        _reserve = reserve ?? new HeapReserve();
        Options = new PipeOptions(
            this, PipeScheduler.Inline, PipeScheduler.Inline, pauseWriterThreshold: 0, resumeWriterThreshold: 0,
            minimumSegmentSize: Limits.BlockBytes, useSynchronizationContext: false);
        _slabs.Add(new Slab(this, 0, new LockedMemory(SlabBytes)));
    }

    /// <summary>
    /// Pipes of this memory. They have no thresholds: a conversation bounds itself, and a flush never waits.
    /// </summary>
    public PipeOptions Options { get; }

    /// <summary>Where a message is put together that lies in several blocks.</summary>
    public ScratchMemory Scratch { get; } = new(Limits.ScratchBytes);

    /// <summary>Blocks that connections have.</summary>
    internal int UsedBlocks { get; private set; }

    /// <summary>
    /// Whether connections use so much, or the kernel gives so little, that large messages and replies have to be
    /// refused.
    /// </summary>
    internal bool IsScarce => _isRefused || _lacksReserve || UsedBlocks > Limits.PlentyBlocks;

    /// <summary>Whether so little is left that a turn must end, and send, before more connections are served.</summary>
    internal bool HasFewBlocks => _isRefused && FreeBlocks < Limits.SpareBlocks / 2;

    /// <summary>
    /// Whether connections use so much, or so little is left, that none may keep anything from one turn to the next.
    /// </summary>
    internal bool IsFull => UsedBlocks > Limits.MostBlocks || HasFewBlocks;

    /// <summary>A pipe would take what is larger from memory of its own, which nobody erases.</summary>
    public override int MaxBufferSize => Limits.BlockBytes;

    /// <summary>Takes a block.</summary>
    /// <param name="minBufferSize">Not looked at: all blocks are of <see cref="MaxBufferSize"/>.</param>
    /// <exception cref="InsufficientMemoryException">The kernel has no more memory.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        if (--_blocksUntilProbe <= 0)
        {
            LookForReserve();
        }

        if (FreeBlocks < Limits.SpareBlocks)
        {
            Grow();
        }

        while (_slabs[_firstFree].FreeBlocks == 0)
        {
            _firstFree++;
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

    private int FreeBlocks => (_slabs.Count * Limits.SlabBlocks) - UsedBlocks;

    /// <summary>
    /// A pipe has an object in the collector's heap for each block that it ever had at a time. Large messages would let
    /// them become many, so they are refused while the collector's reserve is not there.
    /// </summary>
    private void LookForReserve()
    {
        _lacksReserve = !_reserve.HasMemory(SlabBytes);
        _blocksUntilProbe = _lacksReserve ? Limits.SpareBlocks / 2 : Limits.BlocksPerProbe;
    }

    /// <summary>
    /// Takes a slab more before the last block is gone: when the kernel refuses it, the large messages can still be
    /// told from those that need little. The collector's reserve is not taken for it.
    /// </summary>
    private void Grow()
    {
        LockedMemory? memory = _reserve.HasMemory(2 * SlabBytes) ? LockedMemory.TryTake(SlabBytes) : null;
        _isRefused = memory is null;
        if (memory is not null)
        {
            _slabs.Add(new Slab(this, _slabs.Count, memory));
        }
        else if (FreeBlocks == 0)
        {
            throw new InsufficientMemoryException();
        }
    }

    /// <summary>A block came back: slabs at the end that nobody uses go back to the kernel, with some delay.</summary>
    private void BlockFreed(int slabIndex)
    {
        UsedBlocks--;
        _isRefused &= FreeBlocks < Limits.SpareBlocks;
        _firstFree = int.Min(_firstFree, slabIndex);
        while (_slabs.Count > Limits.KeptSlabs && _slabs[^1].IsUnused && FreeBlocks > 2 * Limits.SlabBlocks)
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
        private readonly LockedMemory _memory;
        private readonly Block[] _free = new Block[Limits.SlabBlocks];

        internal Slab(ConnectionMemory owner, int index, LockedMemory memory)
        {
            _owner = owner;
            _index = index;
            _memory = memory;
            while (FreeBlocks < Limits.SlabBlocks)
            {
                // The first to be taken lies at the beginning, so that a quiet daemon touches few pages.
                int place = Limits.SlabBlocks - 1 - FreeBlocks;
                Memory<byte> bytes = memory.Memory.Slice(place * Limits.BlockBytes, Limits.BlockBytes);
                _free[FreeBlocks++] = new Block(this, bytes);
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
