// Mapped but unused memory: it occupies no pages, but counts against RLIMIT_DATA and, without overcommit, against the
// system's memory. Releasing it makes that much available to other allocations.

namespace TlsMgr.Native.Libc;

/// <summary>A reservation of memory; empty at first.</summary>
public sealed unsafe class ReservedMemory
{
    private const int MayMove = 1;
    private const nint Failed = -1;

    private byte* _start;

    /// <summary>The number of reserved bytes.</summary>
    public long LengthBytes { get; private set; }

    /// <summary>
    /// Reserves a number of bytes in total, more than before. False, without a change, when the kernel refuses.
    /// </summary>
    public bool TryReserve(long lengthBytes)
    {
        byte* start = LengthBytes == 0 ? AddressSpace.Allocate(lengthBytes) : Grow(lengthBytes);
        if (start == null)
        {
            return false;
        }

        _start = start;
        LengthBytes = lengthBytes;
        return true;
    }

    /// <summary>Reduces the reservation to a number of bytes in total, unless it is smaller.</summary>
    public void Shrink(long lengthBytes)
    {
        if (lengthBytes < LengthBytes
            && NativeMethods.Remap((nint)_start, (nuint)LengthBytes, (nuint)lengthBytes, 0) != Failed)
        {
            LengthBytes = lengthBytes;
        }
    }

    /// <summary>Releases the reservation.</summary>
    public void Release()
    {
        if (LengthBytes > 0)
        {
            NativeMethods.Unmap(_start, (nuint)LengthBytes);
            LengthBytes = 0;
        }
    }

    private byte* Grow(long lengthBytes)
    {
        nint start = NativeMethods.Remap((nint)_start, (nuint)LengthBytes, (nuint)lengthBytes, MayMove);
        return start == Failed ? null : (byte*)start;
    }
}
