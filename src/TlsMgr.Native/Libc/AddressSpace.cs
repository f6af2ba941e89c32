// Whether the process could have so much more. Asked before something is begun that cannot be taken back when the
// kernel then refuses: a map that is given up for a larger one, an object in the collector's heap.

namespace TlsMgr.Native.Libc;

/// <summary>The address space of this process.</summary>
public static unsafe class AddressSpace
{
    private const int NoAccess = 0;
    private const int ReadAndWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private const int PrivateAnonymousUnreserved = 0x4022;
    private const nint MapFailed = -1;

    /// <summary>Whether so many bytes can be mapped now, besides all that is mapped.</summary>
    public static bool HasRoom(long lengthBytes) =>
        Release(Map(lengthBytes, NoAccess, PrivateAnonymousUnreserved), lengthBytes);

    /// <summary>
    /// Whether the kernel would give so many bytes of memory now: RLIMIT_DATA allows them, and where it does not
    /// promise more than it has, it has them. Two calls, and no page is touched.
    /// </summary>
    public static bool HasMemory(long lengthBytes) => Release(TakeMemory(lengthBytes), lengthBytes);

    /// <summary>Takes memory of this process alone, all zero: whole pages; null when the kernel gives none.</summary>
    internal static byte* TakeMemory(long lengthBytes) => Map(lengthBytes, ReadAndWrite, PrivateAnonymous);

    private static byte* Map(long lengthBytes, int access, int flags)
    {
        nint start = NativeMethods.Map(0, (nuint)lengthBytes, access, flags, -1, 0);
        return start == MapFailed ? null : (byte*)start;
    }

    private static bool Release(byte* start, long lengthBytes)
    {
        if (start == null)
        {
            return false;
        }

        NativeMethods.Unmap(start, (nuint)lengthBytes);
        return true;
    }
}
