// What keeps the collector's heap from want. Without memory, .NET cannot even say that there is none: it ends, or runs
// in a circle for ever. So a reserve is held that nobody uses; when the kernel has no more to give, it is given back,
// for the collector alone: nothing else that grows is given memory until the reserve could be held again.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Memory;

/// <summary>The reserve of the collector. For the thread of the event loop alone.</summary>
public sealed class CollectorReserve
{
    private readonly ReservedMemory _held = new();
    private long _wantedBytes = MemoryLimits.CollectorReserveBytes;
    private long _lookedAtBytes;

    /// <summary>Whether the reserve is held.</summary>
    internal bool IsHeld => _held.LengthBytes > 0;

    /// <summary>Holds the reserve, with which every daemon starts.</summary>
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
    /// Whether something may grow by so many bytes: the kernel would give them, and the collector's reserve is held.
    /// </summary>
    public bool HasMemory(long lengthBytes)
    {
        if ((IsHeld || _held.TryHold(_wantedBytes)) && AddressSpace.HasMemory(lengthBytes))
        {
            return true;
        }

        _held.Release();
        return false;
    }

    /// <summary>
    /// Holds more, for connections that are to be made, if that much memory is there and some besides.
    /// </summary>
    internal bool TryGrow(long lengthBytes)
    {
        if (!HasMemory(lengthBytes + long.Max(MemoryLimits.CollectorReserveBytes, _wantedBytes / 4) / 2)
            || !_held.TryHold(_wantedBytes + lengthBytes))
        {
            return false;
        }

        _wantedBytes += lengthBytes;
        return true;
    }

    /// <summary>
    /// Looks whether the reserve has to be given back, before the garbage since the last look makes the heap grow.
    /// Costs next to nothing while there is none.
    /// </summary>
    internal void Check()
    {
        long allocatedBytes = GC.GetAllocatedBytesForCurrentThread();
        if (allocatedBytes - _lookedAtBytes >= MemoryLimits.GarbageBytes)
        {
            _lookedAtBytes = allocatedBytes;
            HasMemory(MemoryLimits.CollectorReserveBytes / 2);
        }
    }
}
