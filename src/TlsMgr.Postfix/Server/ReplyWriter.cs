// A reply on its way into a connection's memory. While memory is scarce, a large one is cut: what would follow goes
// nowhere. Must never let a client have a reply that was cut.

using System;
using System.Buffers;
using System.IO.Pipelines;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>Takes the replies of one connection.</summary>
internal sealed class ReplyWriter(BlockPool memory, PipeWriter output) : IBufferWriter<byte>
{
    private long _bytesBefore;

    /// <summary>Whether a reply was cut. The connection cannot go on.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>Whether the reply is above <see cref="ServerLimits.ModestMessageBytes"/>.</summary>
    internal bool IsLarge => output.UnflushedBytes - _bytesBefore > ServerLimits.ModestMessageBytes;

    /// <summary>Another reply begins.</summary>
    internal void Begin() => _bytesBefore = output.UnflushedBytes;

    /// <summary>Another connection begins.</summary>
    internal void Reset()
    {
        IsCut = false;
        _bytesBefore = 0;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        long replyBytes = output.UnflushedBytes - _bytesBefore + count;
        IsCut |= replyBytes > ServerLimits.ModestMessageBytes && memory.Pressure >= BlockPressure.Scarce;
        // What is not advanced over is overwritten by what comes next, and erased with its block.
        output.Advance(IsCut ? 0 : count);
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => output.GetMemory(sizeHint);

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => output.GetSpan(sizeHint);
}
