// Files and descriptors: open(2), read(2), write(2) and their relatives.
// Answers are zero or more, or the negative of an Errno; nothing here throws, retries for ever or blocks on its own.

using System;

namespace TlsMgr.Native.Libc;

/// <summary>Flags of open(2), as Linux on x86-64 numbers them.</summary>
[Flags]
public enum OpenFlags
{
    /// <summary>O_RDONLY.</summary>
    ReadOnly = 0,

    /// <summary>O_RDWR.</summary>
    ReadWrite = 2,

    /// <summary>O_CREAT: make the file where there is none.</summary>
    Create = 0x40,

    /// <summary>O_NONBLOCK: calls on the descriptor never wait.</summary>
    NonBlocking = 0x800,

    /// <summary>O_NOFOLLOW: a symbolic link as the last part of the path is an error.</summary>
    NoFollow = 0x20000,

    /// <summary>O_CLOEXEC: closed in programs that this process starts.</summary>
    CloseOnExec = 0x80000,
}

/// <summary>Calls on file descriptors. Each answers zero or more, or the negative of an <see cref="Errno"/>.</summary>
public static unsafe class FileDescriptor
{
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExecFlag = 1;
    private const uint OwnerOnly = 0x180; // 0600

    /// <summary>Opens a file (open(2)); answers the descriptor.</summary>
    /// <param name="path">The path, as UTF-8.</param>
    /// <param name="flags">How to open it.</param>
    /// <param name="mode">Permission bits of a file that is made, before the umask.</param>
    public static int Open(string path, OpenFlags flags, uint mode = 0)
    {
        fixed (byte* bytes = NativePath.Encode(path))
        {
            return Errno.Result(NativeMethods.Open(bytes, (int)flags, mode));
        }
    }

    /// <summary>Closes a descriptor (close(2)). The descriptor is gone whatever the answer.</summary>
    public static int Close(int descriptor) => Errno.Result(NativeMethods.Close(descriptor));

    /// <summary>Takes a file from all but its owner (fchmod(2) to 0600); answers 0.</summary>
    public static int KeepFromOthers(int descriptor) =>
        Errno.Result(NativeMethods.SetPermissions(descriptor, OwnerOnly));

    /// <summary>Reads what is there (read(2)); answers the number of bytes, 0 at the end.</summary>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return Errno.Result(NativeMethods.Read(descriptor, bytes, (nuint)buffer.Length));
        }
    }

    /// <summary>Writes (write(2)); answers how many bytes were taken, perhaps fewer than given.</summary>
    public static int Write(int descriptor, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return Errno.Result(NativeMethods.Write(descriptor, bytes, (nuint)buffer.Length));
        }
    }

    /// <summary>Reads at a place in a file (pread(2)); answers the number of bytes, 0 behind the end.</summary>
    public static int ReadAt(int descriptor, Span<byte> buffer, long offset)
    {
        fixed (byte* bytes = buffer)
        {
            return Errno.Result(NativeMethods.ReadAt(descriptor, bytes, (nuint)buffer.Length, offset));
        }
    }

    /// <summary>Writes at a place in a file (pwrite(2)); answers how many bytes were taken.</summary>
    public static int WriteAt(int descriptor, ReadOnlySpan<byte> buffer, long offset)
    {
        fixed (byte* bytes = buffer)
        {
            return Errno.Result(NativeMethods.WriteAt(descriptor, bytes, (nuint)buffer.Length, offset));
        }
    }

    /// <summary>Gives a file another name, in place of what has that name (rename(2)).</summary>
    public static int Rename(string from, string to)
    {
        fixed (byte* fromBytes = NativePath.Encode(from))
        fixed (byte* toBytes = NativePath.Encode(to))
        {
            return Errno.Result(NativeMethods.Rename(fromBytes, toBytes));
        }
    }

    /// <summary>Removes a name of a file (unlink(2)).</summary>
    public static int Unlink(string path)
    {
        fixed (byte* bytes = NativePath.Encode(path))
        {
            return Errno.Result(NativeMethods.Unlink(bytes));
        }
    }

    /// <summary>Sets the length of an open file (ftruncate(2)), in bytes.</summary>
    public static int Truncate(int descriptor, long lengthBytes) =>
        Errno.Result(NativeMethods.Truncate(descriptor, lengthBytes));

    /// <summary>Waits until what was written is on the disk (fdatasync(2)).</summary>
    public static int FlushData(int descriptor) => Errno.Result(NativeMethods.FlushData(descriptor));

    /// <summary>
    /// Makes a descriptor close in programs that this process starts. This is a flag of our descriptor alone; flags of
    /// the open file behind it (O_NONBLOCK and the like) are shared with whoever gave it to us and are not for us to
    /// set.
    /// </summary>
    public static int SetCloseOnExec(int descriptor) =>
        Errno.Result(NativeMethods.Fcntl(descriptor, SetDescriptorFlags, CloseOnExecFlag));

    /// <summary>Whether the descriptor is a terminal (isatty(3)).</summary>
    public static bool IsTerminal(int descriptor) => NativeMethods.IsTerminal(descriptor) == 1;
}
