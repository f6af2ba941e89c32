// The memory that connections' bytes pass through: blocks of one size that go round. .NET's own pool keeps few arrays
// and drops the rest, which with many clients in one turn makes garbage of every reply. Must never be used by two
// threads.

using System;
using System.Buffers;
using System.Collections.Generic;

namespace TlsMgr.Postfix.Process;

/// <summary>Blocks of <see cref="Limits.BlockBytes"/>; a larger piece is no matter of this pool.</summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    private readonly Stack<Block> _free = [];

    /// <inheritdoc/>
    public override int MaxBufferSize => Limits.BlockBytes;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, MaxBufferSize);
        return _free.TryPop(out Block? block) ? block : new Block(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _free.Clear();

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Limits.BlockBytes);

        public Memory<byte> Memory => _bytes;

        /// <summary>Gives the block back: whoever rented it does so once.</summary>
        public void Dispose()
        {
            if (pool._free.Count < Limits.FreeBlocks)
            {
                pool._free.Push(this);
            }
        }
    }
}
