// The memory of all connections: requests and replies in flight, which hold sessions, seeds and ticket keys. Blocks of
// locked memory, erased whenever a connection gives one back. A connection that waits for its next request holds none.
// For the thread of the event loop alone.

using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Memory;

/// <summary>How scarce the blocks are. Each level includes what the levels below it forbid.</summary>
internal enum BlockPressure
{
    /// <summary>There is enough.</summary>
    None,

    /// <summary>Large messages and replies are refused.</summary>
    Scarce,

    /// <summary>No connection may keep a block from one turn to the next.</summary>
    Full,

    /// <summary>So few blocks are left that a turn ends, and sends, before it serves another connection.</summary>
    Exhausted,
}

/// <summary>What connections keep bytes in.</summary>
public sealed class BlockPool : MemoryPool<byte>
{
    private const int SlabBytes = MemoryLimits.SlabBlocks * MemoryLimits.BlockBytes;

    private readonly List<Slab> _slabs = [];
    private readonly CollectorReserve _reserve;

    /// <summary>No slab before this one has a free block.</summary>
    private int _firstFree;

    /// <summary>Whether the kernel has refused what few blocks are left without.</summary>
    private bool _isRefused;

    /// <summary>Whether the collector's reserve was not there when it was last looked for.</summary>
    private bool _lacksReserve;

    private int _blocksUntilProbe = MemoryLimits.BlocksPerProbe;

    /// <summary>Takes what is enough for every day, so that it is there when the kernel gives no more.</summary>
    /// <param name="reserve">What has to be held before more is taken; its own without.</param>
    /// <exception cref="InsufficientMemoryException">The kernel has no memory.</exception>
    public BlockPool(CollectorReserve? reserve = null)
    {
        _reserve = reserve ?? new CollectorReserve();
        Options = new PipeOptions(
            this, PipeScheduler.Inline, PipeScheduler.Inline, pauseWriterThreshold: 0, resumeWriterThreshold: 0,
            minimumSegmentSize: MemoryLimits.BlockBytes, useSynchronizationContext: false);
        _slabs.Add(new Slab(this, 0, new LockedMemory(SlabBytes)));
    }

    /// <summary>
    /// Pipes of this memory. They have no thresholds: a conversation bounds itself, and a flush never waits.
    /// </summary>
    public PipeOptions Options { get; }

    /// <summary>Where a message is put together that lies in several blocks.</summary>
    public ScratchMemory Scratch { get; } = new(MemoryLimits.ScratchBytes);

    /// <summary>Blocks that connections have.</summary>
    internal int UsedBlocks { get; private set; }

    /// <summary>How scarce memory is, for what connections use of it and for what the kernel gives.</summary>
    internal BlockPressure Pressure
    {
        get
        {
            if (_isRefused && FreeBlocks < MemoryLimits.SpareBlocks / 2)
            {
                return BlockPressure.Exhausted;
            }

            if (UsedBlocks > MemoryLimits.HardLimitBlocks)
            {
                return BlockPressure.Full;
            }

            return _isRefused || _lacksReserve || UsedBlocks > MemoryLimits.SoftLimitBlocks
                ? BlockPressure.Scarce
                : BlockPressure.None;
        }
    }

    /// <summary>A pipe would take what is larger from memory of its own, which nobody erases.</summary>
    public override int MaxBufferSize => MemoryLimits.BlockBytes;

    /// <summary>Takes a block.</summary>
    /// <param name="minBufferSize">Not looked at: all blocks are of <see cref="MaxBufferSize"/>.</param>
    /// <exception cref="InsufficientMemoryException">The kernel has no more memory.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        if (--_blocksUntilProbe <= 0)
        {
            LookForReserve();
        }

        if (FreeBlocks < MemoryLimits.SpareBlocks)
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

    private int FreeBlocks => (_slabs.Count * MemoryLimits.SlabBlocks) - UsedBlocks;

    /// <summary>
    /// A pipe has an object in the collector's heap for each block that it ever had at a time. Large messages would let
    /// them become many, so they are refused while the collector's reserve is not there.
    /// </summary>
    private void LookForReserve()
    {
        _lacksReserve = !_reserve.HasMemory(SlabBytes);
        _blocksUntilProbe = _lacksReserve ? MemoryLimits.SpareBlocks / 2 : MemoryLimits.BlocksPerProbe;
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
        _isRefused &= FreeBlocks < MemoryLimits.SpareBlocks;
        _firstFree = int.Min(_firstFree, slabIndex);
        while (_slabs.Count > MemoryLimits.KeptSlabs && _slabs[^1].IsUnused && FreeBlocks > 2 * MemoryLimits.SlabBlocks)
        {
            _slabs[^1].Dispose();
            _slabs.RemoveAt(_slabs.Count - 1);
        }
    }

    /// <summary>Blocks in one piece of memory.</summary>
    private sealed class Slab : IDisposable
    {
        private readonly BlockPool _owner;
        private readonly int _index;
        private readonly LockedMemory _memory;
        private readonly Block[] _free = new Block[MemoryLimits.SlabBlocks];

        internal Slab(BlockPool owner, int index, LockedMemory memory)
        {
            _owner = owner;
            _index = index;
            _memory = memory;
            while (FreeBlocks < MemoryLimits.SlabBlocks)
            {
                // The first to be taken lies at the beginning, so that a quiet daemon touches few pages.
                int place = MemoryLimits.SlabBlocks - 1 - FreeBlocks;
                Memory<byte> bytes = memory.Memory.Slice(place * MemoryLimits.BlockBytes, MemoryLimits.BlockBytes);
                _free[FreeBlocks++] = new Block(this, bytes);
            }
        }

        internal int FreeBlocks { get; private set; }

        internal bool IsUnused => FreeBlocks == MemoryLimits.SlabBlocks;

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
