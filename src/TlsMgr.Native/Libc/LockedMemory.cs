// Memory for secrets, outside the collector's heap, which copies objects: it does not move, is locked against swapping,
// excluded from core dumps, zero in a child process, and erased before it is released. Protections that the system
// refuses are omitted: a small RLIMIT_MEMLOCK does not keep the daemon from serving.

using System;
using System.Buffers;
using System.Security.Cryptography;

namespace TlsMgr.Native.Libc;

/// <summary>Memory for secrets, all zero at first. The owner disposes of it.</summary>
public sealed unsafe class LockedMemory : MemoryManager<byte>, IDisposable
{
    private const int DontDump = 16;
    private const int WipeOnFork = 18;
    private const uint LockOnFault = 1;

    private readonly int _lengthBytes;
    private byte* _start;

    /// <summary>Allocates memory in complete pages; a page is backed by memory when it is first used.</summary>
    /// <param name="lengthBytes">The length in bytes, 1 and more.</param>
    /// <exception cref="InsufficientMemoryException">The kernel refuses the memory.</exception>
    public LockedMemory(int lengthBytes)
        : this(AllocateOrThrow(lengthBytes), lengthBytes)
    {
    }

    private LockedMemory(byte* start, int lengthBytes)
    {
        _start = start;
        _lengthBytes = lengthBytes;
        NativeMethods.Advise(_start, (nuint)lengthBytes, DontDump);
        NativeMethods.Advise(_start, (nuint)lengthBytes, WipeOnFork);
        LockError = -Errno.Result(NativeMethods.LockPages(_start, (nuint)lengthBytes, LockOnFault));
    }

    /// <summary>Allocates memory; null when the kernel refuses it.</summary>
    /// <param name="lengthBytes">The length in bytes, 1 and more.</param>
    public static LockedMemory? TryAllocate(int lengthBytes)
    {
        byte* start = Allocate(lengthBytes);
        return start == null ? null : new LockedMemory(start, lengthBytes);
    }

    /// <summary>The <see cref="Errno"/> for which the memory is not locked; 0 when it is locked.</summary>
    public int LockError { get; }

    /// <summary>The complete memory; empty after it was disposed of.</summary>
    public Span<byte> Span => GetSpan();

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(_start, _start == null ? 0 : _lengthBytes);

    /// <summary>Returns the address: this memory does not move.</summary>
    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    /// <summary>Has no effect: see <see cref="Pin"/>.</summary>
    public override void Unpin()
    {
    }

    /// <summary>Overwrites the memory with zeros.</summary>
    public void Erase() => CryptographicOperations.ZeroMemory(Span);

    /// <summary>Erases and releases the memory, which must not be used afterwards.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_start != null)
        {
            Erase();
            byte* start = _start;
            _start = null;
            NativeMethods.Unmap(start, (nuint)_lengthBytes);
        }
    }

    private static byte* AllocateOrThrow(int lengthBytes)
    {
        byte* start = Allocate(lengthBytes);
        return start == null ? throw new InsufficientMemoryException() : start;
    }

    private static byte* Allocate(int lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lengthBytes, 1);
        return AddressSpace.Allocate(lengthBytes);
    }
}
