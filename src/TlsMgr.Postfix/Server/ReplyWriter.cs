// Writes replies to a connection's memory. While memory is scarce, a large reply is truncated: the rest is discarded.
// Invariant: a truncated reply is not sent.

using System;
using System.Buffers;
using System.IO.Pipelines;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>Writes the replies of one connection.</summary>
/// <param name="memory">The memory of the connections.</param>
/// <param name="output">Receives the replies.</param>
internal sealed class ReplyWriter(BlockPool memory, PipeWriter output) : IBufferWriter<byte>
{
    private long _bytesBefore;

    /// <summary>Whether a reply was truncated, which ends the connection.</summary>
    internal bool IsTruncated { get; private set; }

    /// <summary>Whether the reply exceeds <see cref="ServerLimits.ModestMessageBytes"/>.</summary>
    internal bool IsLarge => output.UnflushedBytes - _bytesBefore > ServerLimits.ModestMessageBytes;

    /// <summary>Starts another reply.</summary>
    internal void Begin() => _bytesBefore = output.UnflushedBytes;

    /// <summary>Resets the writer for another client.</summary>
    internal void Reset()
    {
        IsTruncated = false;
        _bytesBefore = 0;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        long replyBytes = output.UnflushedBytes - _bytesBefore + count;
        IsTruncated |= replyBytes > ServerLimits.ModestMessageBytes && memory.Pressure >= BlockPressure.Scarce;

        // Bytes that are not advanced over are overwritten by later ones, and erased with their block.
        output.Advance(IsTruncated ? 0 : count);
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => output.GetMemory(sizeHint);

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => output.GetSpan(sizeHint);
}
