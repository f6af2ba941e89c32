using System;

namespace TlsMgr.Native.Libc;

/// <summary>
/// System calls on files and descriptors. Each returns zero or more, or the negative of an <see cref="Errno"/>; none
/// throws or retries.
/// </summary>
public static unsafe class FileDescriptor
{
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExecFlag = 1;
    private const int DuplicateWithCloseOnExec = 1030;
    private const uint OwnerOnly = 0x180; // 0600
    private const uint ReadableByAll = 0x1A4; // 0644
    private const uint MemoryFileCloseOnExec = 1;

    /// <summary>Opens a file (open(2)); returns the descriptor.</summary>
    /// <param name="path">The path, passed as UTF-8.</param>
    /// <param name="flags">The flags.</param>
    /// <param name="mode">Permission bits of a created file, before the umask.</param>
    public static int Open(string path, OpenFlags flags, uint mode = 0)
    {
        fixed (byte* bytes = NativePath.Encode(path))
        {
            return Errno.Result(NativeMethods.Open(bytes, NumberOf(flags, MachineInterface.Current), mode));
        }
    }

    /// <summary>The flags by their numbers on an architecture.</summary>
    internal static int NumberOf(OpenFlags flags, MachineInterface machine) =>
        (flags & OpenFlags.NoFollow) == 0 ? (int)flags : (int)(flags & ~OpenFlags.NoFollow) | machine.NoFollow;

    /// <summary>
    /// Creates an empty file in memory (memfd_create(2)), which ends with its last descriptor and map; returns the
    /// descriptor.
    /// </summary>
    /// <param name="name">A name for those who look into /proc.</param>
    public static int CreateInMemory(string name)
    {
        fixed (byte* bytes = NativePath.Encode(name))
        {
            return Errno.Result(NativeMethods.CreateMemoryFile(bytes, MemoryFileCloseOnExec));
        }
    }

    /// <summary>Closes a descriptor (close(2)). It is closed even when an error is returned.</summary>
    public static int Close(int descriptor) => Errno.Result(NativeMethods.Close(descriptor));

    /// <summary>Changes owner and group of an open file (fchown(2)).</summary>
    public static int ChangeOwner(int descriptor, uint owner, uint group) =>
        Errno.Result(NativeMethods.ChangeOwner(descriptor, owner, group));

    /// <summary>Restricts the permissions of a file to its owner (fchmod(2) to 0600); returns 0.</summary>
    public static int RestrictToOwner(int descriptor) =>
        Errno.Result(NativeMethods.SetPermissions(descriptor, OwnerOnly));

    /// <summary>Lets everybody read a file, and its owner alone write it (fchmod(2) to 0644); returns 0.</summary>
    public static int LetAllRead(int descriptor) =>
        Errno.Result(NativeMethods.SetPermissions(descriptor, ReadableByAll));

    /// <summary>Reads available data (read(2)); returns the number of bytes, 0 at the end.</summary>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return Errno.Result(NativeMethods.Read(descriptor, bytes, (nuint)buffer.Length));
        }
    }

    /// <summary>Writes data (write(2)); returns the number of bytes written, perhaps fewer than given.</summary>
    public static int Write(int descriptor, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return Errno.Result(NativeMethods.Write(descriptor, bytes, (nuint)buffer.Length));
        }
    }

    /// <summary>Reads at an offset of a file (pread(2)); returns the number of bytes, 0 past the end.</summary>
    public static int ReadAt(int descriptor, Span<byte> buffer, long offset)
    {
        fixed (byte* bytes = buffer)
        {
            return Errno.Result(NativeMethods.ReadAt(descriptor, bytes, (nuint)buffer.Length, offset));
        }
    }

    /// <summary>Writes at an offset of a file (pwrite(2)); returns the number of bytes written.</summary>
    public static int WriteAt(int descriptor, ReadOnlySpan<byte> buffer, long offset)
    {
        fixed (byte* bytes = buffer)
        {
            return Errno.Result(NativeMethods.WriteAt(descriptor, bytes, (nuint)buffer.Length, offset));
        }
    }

    /// <summary>Renames a file, replacing an existing one (rename(2)).</summary>
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

    /// <summary>Waits until written data is on the disk (fdatasync(2)).</summary>
    public static int FlushData(int descriptor) => Errno.Result(NativeMethods.FlushData(descriptor));

    /// <summary>
    /// Sets the close-on-exec flag (fcntl(2), F_SETFD). It belongs to the descriptor of this process; flags of the open
    /// file, such as O_NONBLOCK, are shared with the process that passed the descriptor and are not changed.
    /// </summary>
    public static int SetCloseOnExec(int descriptor) =>
        Errno.Result(NativeMethods.Fcntl(descriptor, SetDescriptorFlags, CloseOnExecFlag));

    /// <summary>
    /// Duplicates a descriptor, with the close-on-exec flag (fcntl(2), F_DUPFD_CLOEXEC); returns the new one.
    /// </summary>
    public static int Duplicate(int descriptor) =>
        Errno.Result(NativeMethods.Fcntl(descriptor, DuplicateWithCloseOnExec, 0));

    /// <summary>Whether the descriptor is a terminal (isatty(3)).</summary>
    public static bool IsTerminal(int descriptor) => NativeMethods.IsTerminal(descriptor) == 1;
}
