// Checks whether the process can get more memory before an operation that cannot be undone when the kernel refuses: a
// map that is replaced with a larger one, an object in the collector's heap.

namespace TlsMgr.Native.Libc;

/// <summary>The address space of this process.</summary>
public static unsafe class AddressSpace
{
    private const int NoAccess = 0;
    private const int ReadAndWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private const int PrivateAnonymousUnreserved = 0x4022;
    private const nint MapFailed = -1;

    /// <summary>Whether a number of bytes can be mapped now, in addition to all existing mappings.</summary>
    public static bool CanMap(long lengthBytes) =>
        Release(Map(lengthBytes, NoAccess, PrivateAnonymousUnreserved), lengthBytes);

    /// <summary>
    /// Whether the kernel would grant a number of bytes of memory now: RLIMIT_DATA allows them and, without
    /// overcommit, they are available. Makes two system calls and touches no page.
    /// </summary>
    public static bool HasMemory(long lengthBytes) => Release(Allocate(lengthBytes), lengthBytes);

    /// <summary>
    /// Allocates private memory, all zero, in complete pages (mmap(2)); null when the kernel refuses it.
    /// </summary>
    internal static byte* Allocate(long lengthBytes) => Map(lengthBytes, ReadAndWrite, PrivateAnonymous);

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
