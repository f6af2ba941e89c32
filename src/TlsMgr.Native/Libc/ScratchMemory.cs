// Room for the secrets of one moment: taken, used, erased. What most need is kept; what is larger is taken from the
// kernel and goes back to it, so that one large message leaves neither memory nor traces behind. For one thread.

using System;

namespace TlsMgr.Native.Libc;

/// <summary>Locked memory that is used for one thing at a time.</summary>
/// <param name="keptBytes">How much is kept between two uses, in bytes.</param>
public sealed class ScratchMemory(int keptBytes) : IDisposable
{
    private readonly LockedMemory _kept = new(keptBytes);
    private LockedMemory? _large;
    private int _usedBytes;

    /// <summary>Room of a number of bytes at least, to be used until <see cref="Release"/>.</summary>
    /// <exception cref="InsufficientMemoryException">The kernel has none.</exception>
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

    /// <summary>Erases what was taken.</summary>
    public void Release()
    {
        _kept.Span[.._usedBytes].Clear();
        _usedBytes = 0;
        _large?.Dispose();
        _large = null;
    }

    /// <summary>Erases all and gives it back.</summary>
    public void Dispose()
    {
        Release();
        _kept.Dispose();
    }
}
