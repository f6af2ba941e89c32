// What the file system knows of a file, by statx(2): its layout is the same in every C library that has it (2.28 on),
// where fstat(2) is no function of its own before 2.33.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>Owner, kind, links and size of a file.</summary>
public readonly unsafe struct FileStatus
{
    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const int NoFollow = 0x100;
    private const uint BasicFields = 0x7ff;
    private const ushort KindMask = 0xf000;
    private const ushort OthersMayWrite = 0x12; // 0022
    private const ushort OthersMayDoAnything = 0x3f; // 0077
    private const ushort DirectoryFile = 0x4000;
    private const ushort RegularFile = 0x8000;
    private const ushort SocketFile = 0xc000;

    private readonly StatxBuffer _buffer;

    private FileStatus(StatxBuffer buffer) => _buffer = buffer;

    /// <summary>User id of the owner.</summary>
    public uint Owner => _buffer.Owner;

    /// <summary>Permission bits, 0 to 4095 (octal 7777).</summary>
    public int Permissions => _buffer.Mode & 0xfff;

    /// <summary>Whether others than the owner may write to it: its group, or everybody.</summary>
    public bool IsWritableByOthers => (_buffer.Mode & OthersMayWrite) != 0;

    /// <summary>Whether others than the owner may do anything with it.</summary>
    public bool IsOpenToOthers => (_buffer.Mode & OthersMayDoAnything) != 0;

    /// <summary>Whether it is a regular file: no directory, device, socket, pipe or link.</summary>
    public bool IsRegularFile => (_buffer.Mode & KindMask) == RegularFile;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => (_buffer.Mode & KindMask) == DirectoryFile;

    /// <summary>Whether it is a socket.</summary>
    public bool IsSocket => (_buffer.Mode & KindMask) == SocketFile;

    /// <summary>Names the file has; 0 when it was removed while open.</summary>
    public uint Links => _buffer.Links;

    /// <summary>Size in bytes.</summary>
    public long SizeBytes => (long)_buffer.Size;

    /// <summary>Device and inode: two paths with the same pair are the same file.</summary>
    public (ulong Device, ulong Inode) Identity =>
        (((ulong)_buffer.DeviceMajor << 32) | _buffer.DeviceMinor, _buffer.Inode);

    /// <summary>Asks about a path. Answers 0, or the negative of an <see cref="Errno"/>.</summary>
    /// <param name="path">The path, as UTF-8; relative to the working directory.</param>
    /// <param name="status">What was found; all zero on an error.</param>
    /// <param name="followLinks">Whether a symbolic link as the last part is followed.</param>
    public static int OfPath(string path, out FileStatus status, bool followLinks = true)
    {
        fixed (byte* bytes = NativePath.Encode(path))
        {
            return Ask(CurrentDirectory, bytes, followLinks ? 0 : NoFollow, out status);
        }
    }

    /// <summary>Asks about an open descriptor. Answers 0, or the negative of an <see cref="Errno"/>.</summary>
    public static int OfDescriptor(int descriptor, out FileStatus status)
    {
        byte empty = 0;
        return Ask(descriptor, &empty, EmptyPath, out status);
    }

    private static int Ask(int directory, byte* path, int flags, out FileStatus status)
    {
        StatxBuffer buffer = default;
        int answer = Errno.Result(NativeMethods.Statx(directory, path, flags, BasicFields, &buffer));
        status = new FileStatus(answer < 0 ? default : buffer);
        return answer;
    }
}

/// <summary>struct statx of the kernel, as far as it is read here; 256 bytes in all.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatxBuffer
{
    [FieldOffset(16)] internal uint Links;
    [FieldOffset(20)] internal uint Owner;
    [FieldOffset(28)] internal ushort Mode;
    [FieldOffset(32)] internal ulong Inode;
    [FieldOffset(40)] internal ulong Size;
    [FieldOffset(136)] internal uint DeviceMajor;
    [FieldOffset(140)] internal uint DeviceMinor;
}
