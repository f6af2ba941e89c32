// Memory that the kernel has promised and that nobody uses: it costs no page, but counts for RLIMIT_DATA and where the
// kernel promises no more than it has. Given back in want, it is what others can then have.

namespace TlsMgr.Native.Libc;

/// <summary>A promise of memory. Holds nothing at first.</summary>
public sealed unsafe class ReservedMemory
{
    private const int MayMove = 1;
    private const nint Failed = -1;

    private byte* _start;

    /// <summary>How much is held.</summary>
    public long LengthBytes { get; private set; }

    /// <summary>Holds so many bytes, more than before. False when the kernel refuses: then all is as it was.</summary>
    public bool TryHold(long lengthBytes)
    {
        byte* start = LengthBytes == 0 ? AddressSpace.TakeMemory(lengthBytes) : Grow(lengthBytes);
        if (start == null)
        {
            return false;
        }

        _start = start;
        LengthBytes = lengthBytes;
        return true;
    }

    /// <summary>Gives all back.</summary>
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
