// The memory of all connections: requests and replies in flight, which contain sessions, seeds and ticket keys. Blocks
// of locked memory, erased when a connection returns them. An idle connection has none.

using System;
using System.Buffers;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Threading.Tasks;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Memory;

/// <summary>A pool of blocks of locked memory. For the thread of the event loop only.</summary>
public sealed class BlockPool : MemoryPool<byte>
{
    private const int SlabBytes = MemoryLimits.SlabBlocks * MemoryLimits.BlockBytes;

    private readonly List<Slab> _slabs = [];
    private readonly CollectorReserve _reserve;

    /// <summary>The index of the first slab that may have a free block.</summary>
    private int _firstFree;

    /// <summary>Whether the kernel refused another slab since the free blocks became few.</summary>
    private bool _isGrowthRefused;

    /// <summary>Whether the collector's reserve was missing at the last check.</summary>
    private bool _lacksReserve;

    private int _blocksUntilProbe = MemoryLimits.BlocksPerProbe;

    /// <summary>Allocates the first slab: enough for ordinary load, even when the kernel refuses more later.</summary>
    /// <param name="reserve">Must be acquired before the pool grows; null for a reserve of its own.</param>
    /// <exception cref="InsufficientMemoryException">The kernel refuses the memory.</exception>
    public BlockPool(CollectorReserve? reserve = null)
    {
        _reserve = reserve ?? new CollectorReserve();
        Options = new PipeOptions(
            this, PipeScheduler.Inline, PipeScheduler.Inline, pauseWriterThreshold: 0, resumeWriterThreshold: 0,
            minimumSegmentSize: MemoryLimits.BlockBytes, useSynchronizationContext: false);
        _slabs.Add(new Slab(this, 0, new LockedMemory(SlabBytes)));
    }

    /// <summary>
    /// Options for pipes with this memory. They have no thresholds, so that a flush never waits: a conversation bounds
    /// its own use.
    /// </summary>
    public PipeOptions Options { get; }

    /// <summary>The buffer for assembling a message that spans several blocks.</summary>
    public ScratchMemory Scratch { get; } = new(MemoryLimits.ScratchBytes);

    /// <summary>The buffer into which a connection receives, until its requests are served.</summary>
    internal LockedMemory Received { get; } = new(MemoryLimits.ReceiveBytes);

    /// <summary>The replies of the present turn.</summary>
    internal ReplyBuffer Replies { get; } = new();

    /// <summary>What all connections may use together.</summary>
    internal MemoryBudget Budget => _reserve.Budget;

    /// <summary>The number of allocated slabs.</summary>
    internal int Slabs => _slabs.Count;

    /// <summary>The number of blocks in use.</summary>
    internal int UsedBlocks { get; private set; }

    /// <summary>How scarce memory is, by the blocks in use and by the kernel's refusals.</summary>
    internal BlockPressure Pressure
    {
        get
        {
            if (_isGrowthRefused && FreeBlocks < MemoryLimits.SpareBlocks / 2)
            {
                return BlockPressure.Exhausted;
            }

            if (UsedBlocks > Budget.HardLimitBlocks)
            {
                return BlockPressure.Full;
            }

            return _isGrowthRefused || _lacksReserve || UsedBlocks > Budget.SoftLimitBlocks
                ? BlockPressure.Scarce
                : BlockPressure.None;
        }
    }

    /// <summary>
    /// The size of a block. For a larger buffer a pipe would allocate memory of its own, which is not erased.
    /// </summary>
    public override int MaxBufferSize => MemoryLimits.BlockBytes;

    /// <summary>Allocates a block.</summary>
    /// <param name="minBufferSize">Ignored: every block has <see cref="MaxBufferSize"/> bytes.</param>
    /// <exception cref="InsufficientMemoryException">No block is free, and the kernel refuses more.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        if (--_blocksUntilProbe <= 0)
        {
            CheckReserve();
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

    /// <summary>Makes written bytes visible to the reader of a pipe with <see cref="Options"/>.</summary>
    internal static void Publish(PipeWriter writer)
    {
        ValueTask<FlushResult> flush = writer.FlushAsync();
        Debug.Assert(flush.IsCompleted, "a pipe without thresholds does not make its writer wait");
        flush.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Scratch.Dispose();
        Received.Dispose();
        Replies.Dispose();
        _slabs.ForEach(slab => slab.Dispose());
        _slabs.Clear();
    }

    private int FreeBlocks => (_slabs.Count * MemoryLimits.SlabBlocks) - UsedBlocks;

    /// <summary>
    /// A pipe keeps an object in the collector's heap for each block that it had at one time. Large messages would
    /// create many of them, so they are refused while the collector's reserve is missing.
    /// </summary>
    private void CheckReserve()
    {
        _lacksReserve = !_reserve.HasMemory(SlabBytes);
        _blocksUntilProbe = _lacksReserve ? MemoryLimits.SpareBlocks / 2 : MemoryLimits.BlocksPerProbe;
    }

    /// <summary>
    /// Allocates another slab before the last block is in use: when the kernel refuses, the remaining blocks still
    /// serve small messages while large ones are refused. The collector's reserve is not used for it.
    /// </summary>
    private void Grow()
    {
        LockedMemory? memory = _reserve.HasMemory(2 * SlabBytes) ? LockedMemory.TryAllocate(SlabBytes) : null;
        _isGrowthRefused = memory is null;
        if (memory is not null)
        {
            _slabs.Add(new Slab(this, _slabs.Count, memory));
        }
        else if (FreeBlocks == 0)
        {
            throw new InsufficientMemoryException();
        }
    }

    /// <summary>
    /// Called after a block was returned. Releases its slab when that is unused, except a few that are kept.
    /// </summary>
    private void BlockFreed(Slab slab)
    {
        UsedBlocks--;
        _isGrowthRefused &= FreeBlocks < MemoryLimits.SpareBlocks;
        if (slab.IsUnused && _slabs.Count > MemoryLimits.KeptSlabs && FreeBlocks > 2 * MemoryLimits.SlabBlocks)
        {
            // Swap-remove: the last slab moves into the free slot.
            _slabs[slab.Index] = _slabs[^1];
            _slabs[slab.Index].Index = slab.Index;
            _slabs.RemoveAt(_slabs.Count - 1);
            slab.Dispose();
        }

        _firstFree = int.Min(_firstFree, slab.Index);
    }

    /// <summary>The blocks of one allocation.</summary>
    private sealed class Slab : IDisposable
    {
        private readonly BlockPool _owner;
        private readonly LockedMemory _memory;
        private readonly Block[] _free = new Block[MemoryLimits.SlabBlocks];

        internal Slab(BlockPool owner, int index, LockedMemory memory)
        {
            _owner = owner;
            Index = index;
            _memory = memory;
            while (FreeBlocks < MemoryLimits.SlabBlocks)
            {
                // The first block to be used is at the beginning, so that an idle daemon touches few pages.
                int block = MemoryLimits.SlabBlocks - 1 - FreeBlocks;
                Memory<byte> bytes = memory.Memory.Slice(block * MemoryLimits.BlockBytes, MemoryLimits.BlockBytes);
                _free[FreeBlocks++] = new Block(this, bytes);
            }
        }

        /// <summary>Its index in the list of slabs.</summary>
        internal int Index { get; set; }

        internal int FreeBlocks { get; private set; }

        internal bool IsUnused => FreeBlocks == MemoryLimits.SlabBlocks;

        public void Dispose() => _memory.Dispose();

        internal Block Take() => _free[--FreeBlocks];

        internal void PutBack(Block block)
        {
            CryptographicOperations.ZeroMemory(block.Memory.Span);
            _free[FreeBlocks++] = block;
            _owner.BlockFreed(this);
        }
    }

    /// <summary>A block; disposing of it returns it to the pool.</summary>
    private sealed class Block(Slab slab, Memory<byte> memory) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => memory;

        public void Dispose() => slab.PutBack(this);
    }
}
