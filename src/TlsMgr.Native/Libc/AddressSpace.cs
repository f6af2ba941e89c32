// Whether the process could map so much more. Asked before a map is given up for a larger one: when the larger one is
// then refused, the old one is gone.

namespace TlsMgr.Native.Libc;

/// <summary>The address space of this process.</summary>
public static unsafe class AddressSpace
{
    private const int NoAccess = 0;
    private const int PrivateAnonymousUnreserved = 0x4022;
    private const nint MapFailed = -1;

    /// <summary>Whether so many bytes can be mapped now, besides all that is mapped.</summary>
    public static bool HasRoom(long lengthBytes)
    {
        nint start = NativeMethods.Map(0, (nuint)lengthBytes, NoAccess, PrivateAnonymousUnreserved, -1, 0);
        if (start == MapFailed)
        {
            return false;
        }

        NativeMethods.Unmap((byte*)start, (nuint)lengthBytes);
        return true;
    }
}
