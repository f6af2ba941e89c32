// Memory reserved for the garbage collector. When the kernel refuses memory, .NET cannot allocate the
// OutOfMemoryException it would throw: it aborts or spins. The reserve is released when memory runs out, for the
// collector only; nothing else may grow until it is reacquired.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Memory;

/// <summary>The memory reserve of the garbage collector. For the thread of the event loop only.</summary>
/// <param name="budget">What connections may use together; null: <see cref="MemoryBudget.Unlimited"/>.</param>
public sealed class CollectorReserve(MemoryBudget? budget = null)
{
    private readonly ReservedMemory _reserved = new();
    private long _targetBytes = MemoryLimits.CollectorReserveBytes;

    /// <summary>The bytes that this thread had allocated at the last check.</summary>
    private long _checkedAtBytes;

    /// <summary>What connections may use together.</summary>
    internal MemoryBudget Budget { get; } = budget ?? MemoryBudget.Unlimited;

    /// <summary>The size of the reserve while it is acquired.</summary>
    internal long TargetBytes => _targetBytes;

    /// <summary>Whether the reserve is acquired.</summary>
    internal bool IsAcquired => _reserved.LengthBytes > 0;

    /// <summary>Acquires the reserve at the start of the daemon.</summary>
    /// <exception cref="FatalException">The kernel refuses it.</exception>
    public void AcquireOrFail()
    {
        if (!HasMemory(MemoryLimits.StartBytes))
        {
            const int NeededBytes = MemoryLimits.StartBytes + MemoryLimits.CollectorReserveBytes;
            throw new FatalException(
                $"{NeededBytes >> 20} MiB of memory are needed to start: "
                + Errno.Describe(Errno.NoMemory));
        }
    }

    /// <summary>
    /// Whether the process may grow by a number of bytes: the kernel would grant them, and the reserve is acquired.
    /// Releases the reserve otherwise.
    /// </summary>
    public bool HasMemory(long lengthBytes)
    {
        if ((IsAcquired || _reserved.TryReserve(_targetBytes)) && AddressSpace.HasMemory(lengthBytes))
        {
            return true;
        }

        _reserved.Release();
        return false;
    }

    /// <summary>
    /// Enlarges the reserve, for connections that will be allocated, if the budget allows it and the kernel would grant
    /// that much and a margin.
    /// </summary>
    internal bool TryGrow(long lengthBytes)
    {
        if (_targetBytes + lengthBytes > Budget.ReserveBytes
            || !HasMemory(lengthBytes + long.Max(MemoryLimits.CollectorReserveBytes, _targetBytes / 4) / 2)
            || !_reserved.TryReserve(_targetBytes + lengthBytes))
        {
            return false;
        }

        _targetBytes += lengthBytes;
        return true;
    }

    /// <summary>Gives back what <see cref="TryGrow"/> added, for connections that no longer exist.</summary>
    internal void Shrink(long lengthBytes)
    {
        _targetBytes -= lengthBytes;
        _reserved.Shrink(_targetBytes);
    }

    /// <summary>
    /// Releases the reserve if memory ran out, before the garbage since the last check makes the heap grow. Makes no
    /// system call until enough garbage was allocated.
    /// </summary>
    internal void Check()
    {
        long allocatedBytes = GC.GetAllocatedBytesForCurrentThread();
        if (allocatedBytes - _checkedAtBytes >= MemoryLimits.GarbageBytes)
        {
            _checkedAtBytes = allocatedBytes;
            HasMemory(MemoryLimits.CollectorReserveBytes / 2);
        }
    }
}
