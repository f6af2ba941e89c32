// Memory for secrets, outside the collector's heap: locked against swapping, left out of core dumps, empty in a child
// process, and erased before it goes back to the kernel. What the system refuses of this is done without: a small
// RLIMIT_MEMLOCK is no reason not to serve. Must never be copied by the collector, nor grow or move.

using System;
using System.Buffers;
using System.Security.Cryptography;

namespace TlsMgr.Native.Libc;

/// <summary>A piece of memory for secrets, all zero at first. Whoever makes one disposes of it.</summary>
public sealed unsafe class LockedMemory : MemoryManager<byte>, IDisposable
{
    private const int DontDump = 16;
    private const int WipeOnFork = 18;
    private const uint LockOnFault = 1;

    private readonly int _lengthBytes;
    private byte* _start;

    /// <summary>Takes memory from the kernel: whole pages, and only those that are used cost any.</summary>
    /// <param name="lengthBytes">How much, in bytes; 1 and more.</param>
    /// <exception cref="InsufficientMemoryException">The kernel has none.</exception>
    public LockedMemory(int lengthBytes)
        : this(Demand(lengthBytes), lengthBytes)
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

    /// <summary>Takes memory from the kernel; null when it has none.</summary>
    /// <param name="lengthBytes">How much, in bytes; 1 and more.</param>
    public static LockedMemory? TryTake(int lengthBytes)
    {
        byte* start = Map(lengthBytes);
        return start == null ? null : new LockedMemory(start, lengthBytes);
    }

    /// <summary>Why the memory is not locked: an <see cref="Errno"/>; 0 when it is.</summary>
    public int LockError { get; }

    /// <summary>All of it; empty once it is disposed of.</summary>
    public Span<byte> Span => GetSpan();

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(_start, _start == null ? 0 : _lengthBytes);

    /// <summary>Nothing to do: this memory never moves.</summary>
    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    /// <summary>Nothing to do: see <see cref="Pin"/>.</summary>
    public override void Unpin()
    {
    }

    /// <summary>Makes it all zero again.</summary>
    public void Erase() => CryptographicOperations.ZeroMemory(Span);

    /// <summary>Erases it and gives it back. Nothing may use it any more.</summary>
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

    private static byte* Demand(int lengthBytes)
    {
        byte* start = Map(lengthBytes);
        return start == null ? throw new InsufficientMemoryException() : start;
    }

    private static byte* Map(int lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lengthBytes, 1);
        return AddressSpace.TakeMemory(lengthBytes);
    }
}
