// Whether a file system has room left, by fstatfs(2): a write that takes only a part does not say why.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>Room in file systems.</summary>
public static unsafe class FileSystemSpace
{
    /// <summary>Whether the file system of an open file has no block left for this user.</summary>
    public static bool IsFull(int descriptor)
    {
        FileSystemBuffer buffer = default;
        return NativeMethods.GetFileSystemStatus(descriptor, &buffer) == 0 && buffer.AvailableBlocks == 0;
    }
}

/// <summary>struct statfs of the kernel, as far as it is read here; 120 bytes in all.</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct FileSystemBuffer
{
    [FieldOffset(32)] internal ulong AvailableBlocks;
}
