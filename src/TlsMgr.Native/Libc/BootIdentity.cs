// Which run of the machine this is: the kernel makes up a new name at each boot. Cannot be read in the jail.

using System;
using System.Text;

namespace TlsMgr.Native.Libc;

/// <summary>The kernel's name for the time since the machine was started.</summary>
public static class BootIdentity
{
    /// <summary>Length of the name, in bytes.</summary>
    public const int LengthBytes = 36;

    private const string File = "/proc/sys/kernel/random/boot_id";

    /// <summary>Reads the name; empty where the kernel does not tell it.</summary>
    public static string Read()
    {
        int descriptor = FileDescriptor.Open(File, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        if (descriptor < 0)
        {
            return string.Empty;
        }

        Span<byte> name = stackalloc byte[LengthBytes];
        int count = FileDescriptor.Read(descriptor, name);
        FileDescriptor.Close(descriptor);
        return count == LengthBytes ? Encoding.ASCII.GetString(name) : string.Empty;
    }
}
