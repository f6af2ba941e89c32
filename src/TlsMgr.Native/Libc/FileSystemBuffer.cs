using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>struct statfs of the kernel, 120 bytes; only the fields that are used.</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct FileSystemBuffer
{
    [FieldOffset(32)] internal ulong AvailableBlocks;
    [FieldOffset(80)] internal ulong Flags;
}
