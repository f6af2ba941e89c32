// statx(2) instead of fstat(2): glibc exports statx since 2.28 with a fixed layout, but fstat only since 2.33.

namespace TlsMgr.Native.Libc;

/// <summary>Owner, permissions, type, links, size and times of a file.</summary>
public readonly unsafe struct FileStatus
{
    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const int NoFollow = 0x100;
    private const uint BasicFields = 0x7ff;
    private const ulong ImmutableAttribute = 0x10;
    private const ushort TypeMask = 0xf000;
    private const ushort OthersMayWrite = 0x12; // 0022
    private const ushort OthersMayDoAnything = 0x3f; // 0077
    private const ushort DirectoryFile = 0x4000;
    private const ushort CharacterDevice = 0x2000;
    private const ushort RegularFile = 0x8000;
    private const ushort SocketFile = 0xc000;
    private const ushort SymbolicLink = 0xa000;
    private const ushort Pipe = 0x1000;

    // Numbers of /dev/random and /dev/urandom (random(4))
    private const uint MemoryDevices = 1;
    private const uint RandomDevice = 8;
    private const uint NonBlockingRandomDevice = 9;

    private readonly StatxBuffer _buffer;

    private FileStatus(StatxBuffer buffer) => _buffer = buffer;

    /// <summary>User id of the owner.</summary>
    public uint Owner => _buffer.Owner;

    /// <summary>Group id of the file.</summary>
    public uint Group => _buffer.Group;

    /// <summary>Whether nobody, root included, may change or remove it: <c>chattr +i</c>.</summary>
    public bool IsImmutable => (_buffer.Attributes & ImmutableAttribute) != 0;

    /// <summary>Permission bits, 0 to 4095 (octal 7777).</summary>
    public int Permissions => _buffer.Mode & 0xfff;

    /// <summary>Whether users other than the owner may write to it: its group, or all.</summary>
    public bool IsWritableByOthers => (_buffer.Mode & OthersMayWrite) != 0;

    /// <summary>Whether users other than the owner have any permission.</summary>
    public bool IsOpenToOthers => (_buffer.Mode & OthersMayDoAnything) != 0;

    /// <summary>Whether it is a regular file: not a directory, device, socket, pipe or link.</summary>
    public bool IsRegularFile => (_buffer.Mode & TypeMask) == RegularFile;

    /// <summary>Whether it is a symbolic link; only of a path that was not followed.</summary>
    public bool IsSymbolicLink => (_buffer.Mode & TypeMask) == SymbolicLink;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => (_buffer.Mode & TypeMask) == DirectoryFile;

    /// <summary>Whether it is a socket.</summary>
    public bool IsSocket => (_buffer.Mode & TypeMask) == SocketFile;

    /// <summary>Whether it is a pipe, with a name or without.</summary>
    public bool IsPipe => (_buffer.Mode & TypeMask) == Pipe;

    /// <summary>Whether it is the device of the kernel's random numbers, under any name.</summary>
    public bool IsRandomDevice => (_buffer.Mode & TypeMask) == CharacterDevice
        && _buffer.SpecialMajor == MemoryDevices
        && _buffer.SpecialMinor is RandomDevice or NonBlockingRandomDevice;

    /// <summary>Number of hard links; 0 when the file was removed while open.</summary>
    public uint Links => _buffer.Links;

    /// <summary>Size in bytes.</summary>
    public long SizeBytes => (long)_buffer.Size;

    /// <summary>Device and inode: two paths with the same pair are the same file.</summary>
    public (ulong Device, ulong Inode) Identity =>
        (((ulong)_buffer.DeviceMajor << 32) | _buffer.DeviceMinor, _buffer.Inode);

    /// <summary>When its content was changed last: seconds since 1970, and nanoseconds.</summary>
    public (long Seconds, uint Nanoseconds) Modified => (_buffer.ModifiedSeconds, _buffer.ModifiedNanoseconds);

    /// <summary>When its content or status was changed last, which no program can set.</summary>
    public (long Seconds, uint Nanoseconds) Changed => (_buffer.ChangedSeconds, _buffer.ChangedNanoseconds);

    /// <summary>Reads the status of a path. Returns 0, or the negative of an <see cref="Errno"/>.</summary>
    /// <param name="path">The path, passed as UTF-8; relative to the working directory.</param>
    /// <param name="status">The status; all zero on an error.</param>
    /// <param name="followLinks">Whether to follow a symbolic link as the last component.</param>
    public static int OfPath(string path, out FileStatus status, bool followLinks = true)
    {
        fixed (byte* bytes = NativePath.Encode(path))
        {
            return Read(CurrentDirectory, bytes, followLinks ? 0 : NoFollow, out status);
        }
    }

    /// <summary>Reads the status of an open file. Returns 0, or the negative of an <see cref="Errno"/>.</summary>
    public static int OfDescriptor(int descriptor, out FileStatus status)
    {
        byte empty = 0;
        return Read(descriptor, &empty, EmptyPath, out status);
    }

    /// <summary>
    /// Whether the directory of a path belongs to the effective user, and no other user may write to it: what stands in
    /// it can be removed and made anew without asking whose it is.
    /// </summary>
    public static bool IsDirectoryOursAlone(string path)
    {
        int slash = path.LastIndexOf('/');
        string directory = slash < 0 ? "." : path[..(slash + 1)];
        return OfPath(directory, out FileStatus status) == 0
            && status.Owner == UserIdentity.EffectiveUserId && !status.IsWritableByOthers;
    }

    private static int Read(int directory, byte* path, int flags, out FileStatus status)
    {
        StatxBuffer buffer = default;
        int result = Errno.Result(NativeMethods.Statx(directory, path, flags, BasicFields, &buffer));
        status = new FileStatus(result < 0 ? default : buffer);
        return result;
    }
}
