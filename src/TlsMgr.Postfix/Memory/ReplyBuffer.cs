using System;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Memory;

/// <summary>
/// The buffer in which every connection's replies are written, and from which they are sent at once. What the kernel
/// does not take moves to blocks of the connection, so that the buffer is empty before the next connection is served.
/// Locked memory, erased at the end of a turn.
/// </summary>
public sealed class ReplyBuffer : IDisposable
{
    private readonly LockedMemory _memory = new(MemoryLimits.ReplyBytes);
    private int _writtenBytes;

    /// <summary>The bytes written since the last <see cref="Erase"/>, by all connections.</summary>
    private int _dirtyBytes;

    /// <summary>The bytes that were written and neither sent nor moved.</summary>
    internal ReadOnlySpan<byte> Written => _memory.Span[.._writtenBytes];

    /// <summary>The free rest of the buffer.</summary>
    internal Span<byte> Free => _memory.Span[_writtenBytes..];

    internal void Advance(int count) => _writtenBytes += count;

    /// <summary>Remembers that bytes were written which are discarded, so that they are erased, too.</summary>
    internal void Discard(int count) => _dirtyBytes = int.Max(_dirtyBytes, _writtenBytes + count);

    /// <summary>Empties the buffer; its bytes are overwritten by later ones, or erased.</summary>
    internal void Clear()
    {
        _dirtyBytes = int.Max(_dirtyBytes, _writtenBytes);
        _writtenBytes = 0;
    }

    /// <summary>Empties and erases the buffer.</summary>
    internal void Erase()
    {
        Clear();
        CryptographicOperations.ZeroMemory(_memory.Span[.._dirtyBytes]);
        _dirtyBytes = 0;
    }

    /// <summary>Erases and releases the memory.</summary>
    public void Dispose() => _memory.Dispose();
}
