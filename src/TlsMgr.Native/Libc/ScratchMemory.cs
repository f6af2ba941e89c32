using System;

namespace TlsMgr.Native.Libc;

/// <summary>
/// A temporary buffer for secrets, for one use at a time: taken, used, erased. A buffer of the usual size is kept; a
/// larger one is allocated and released, so that a large message leaves neither memory nor data behind. Not
/// thread-safe.
/// </summary>
/// <param name="keptBytes">The length of the buffer that is kept between two uses, in bytes.</param>
public sealed class ScratchMemory(int keptBytes) : IDisposable
{
    private readonly LockedMemory _kept = new(keptBytes);
    private LockedMemory? _large;
    private int _usedBytes;

    /// <summary>
    /// Returns a buffer of at least a number of bytes, for use until <see cref="Release"/> or the next call.
    /// </summary>
    /// <exception cref="InsufficientMemoryException">The kernel refuses the memory.</exception>
    public Span<byte> Take(int lengthBytes)
    {
        Release();
        if (lengthBytes > keptBytes)
        {
            _large = new LockedMemory(lengthBytes);
            return _large.Span;
        }

        _usedBytes = lengthBytes;
        return _kept.Span[..lengthBytes];
    }

    /// <summary>Erases the buffer in use, and releases it if it is larger than the kept one.</summary>
    public void Release()
    {
        _kept.Span[.._usedBytes].Clear();
        _usedBytes = 0;
        _large?.Dispose();
        _large = null;
    }

    /// <summary>Erases and releases all memory.</summary>
    public void Dispose()
    {
        Release();
        _kept.Dispose();
    }
}
