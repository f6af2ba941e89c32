using System;
using System.Text;

namespace TlsMgr.Native.Libc;

/// <summary>
/// The kernel's random identifier of the current boot (random(4), boot_id). It cannot be read inside the jail.
/// </summary>
public static class BootIdentity
{
    /// <summary>Length of the identifier, in bytes.</summary>
    public const int LengthBytes = 36;

    private const string File = "/proc/sys/kernel/random/boot_id";

    /// <summary>Reads the identifier; empty when it cannot be read.</summary>
    public static string Read()
    {
        int descriptor = FileDescriptor.Open(File, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        if (descriptor < 0)
        {
            return string.Empty;
        }

        Span<byte> identifier = stackalloc byte[LengthBytes];
        int count = FileDescriptor.Read(descriptor, identifier);
        FileDescriptor.Close(descriptor);
        return count == LengthBytes ? Encoding.ASCII.GetString(identifier) : string.Empty;
    }
}
