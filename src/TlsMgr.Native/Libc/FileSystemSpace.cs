// Whether a file system can be written to, by fstatfs(2): a write that takes only a part does not say why, and who only
// looks must not try.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>What stands against writing to a file system.</summary>
public static unsafe class FileSystemSpace
{
    private const ulong ReadOnly = 1;

    /// <summary>Whether the file system of an open file has no block left for this user.</summary>
    public static bool IsFull(int descriptor)
    {
        FileSystemBuffer buffer = default;
        return NativeMethods.GetFileSystemStatus(descriptor, &buffer) == 0 && buffer.AvailableBlocks == 0;
    }

    /// <summary>Whether the file system of an open file, or of a directory, is mounted read-only.</summary>
    public static bool IsReadOnly(int descriptor)
    {
        FileSystemBuffer buffer = default;
        return NativeMethods.GetFileSystemStatus(descriptor, &buffer) == 0 && (buffer.Flags & ReadOnly) != 0;
    }
}

/// <summary>struct statfs of the kernel, as far as it is read here; 120 bytes in all.</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct FileSystemBuffer
{
    [FieldOffset(32)] internal ulong AvailableBlocks;
    [FieldOffset(80)] internal ulong Flags;
}
