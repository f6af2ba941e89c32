using System;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Memory;

/// <summary>
/// The replies of one turn of the event loop, those of one connection after those of another: most are taken by the
/// kernel when the turn ends, and need no block of their connection. Locked memory; erased after each turn.
/// </summary>
public sealed class ReplyBuffer : IDisposable
{
    private readonly LockedMemory _memory = new(MemoryLimits.ReplyBufferBytes);

    /// <summary>The bytes from the beginning that contain data since the last <see cref="Erase"/>.</summary>
    private int _dirtyBytes;

    /// <summary>Where the next reply begins.</summary>
    internal int Position { get; private set; }

    /// <summary>The bytes from <see cref="Position"/> on.</summary>
    internal Span<byte> Free => _memory.Span[Position..];

    /// <summary>Returns written bytes.</summary>
    internal ReadOnlyMemory<byte> Slice(int start, int lengthBytes) => _memory.Memory.Slice(start, lengthBytes);

    /// <summary>Keeps the first bytes of <see cref="Free"/>.</summary>
    internal void Advance(int count)
    {
        Position += count;
        _dirtyBytes = int.Max(_dirtyBytes, Position);
    }

    /// <summary>Gives bytes back that were sent; those before other bytes stay in use until the turn ends.</summary>
    internal void Release(int start, int end) => Position = end == Position ? start : Position;

    /// <summary>Erases all replies.</summary>
    internal void Erase()
    {
        CryptographicOperations.ZeroMemory(_memory.Span[.._dirtyBytes]);
        _dirtyBytes = 0;
        Position = 0;
    }

    /// <summary>Erases and releases the memory.</summary>
    public void Dispose() => _memory.Dispose();
}
