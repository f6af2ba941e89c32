// fstatfs(2) shows why a file system cannot be written to: a partial write does not report its reason, and an
// examination must not write.

namespace TlsMgr.Native.Libc;

/// <summary>Checks whether a file system can be written to. An error of fstatfs(2) counts as writable.</summary>
public static unsafe class FileSystemSpace
{
    private const ulong ReadOnly = 1;

    /// <summary>Whether the file system of an open file has no free block for unprivileged users.</summary>
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
