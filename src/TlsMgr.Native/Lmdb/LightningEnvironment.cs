// One open LMDB file and its map. Reads and writes go through the map and pwrite(2), never through a writable map: on a
// full disk that would be SIGBUS instead of an error. A damaged file is a crash on first touch, so a file must never be
// opened here before it was examined (LightningFile) or emptied. Used by one thread of one process, who holds a lock.

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Lmdb;

/// <summary>What kind of transaction to begin.</summary>
[Flags]
public enum TransactionBeginFlags : uint
{
    /// <summary>One that may write. There can be one at a time.</summary>
    None = 0,

    /// <summary>MDB_RDONLY: one that only reads, and can be reset and renewed.</summary>
    ReadOnly = 0x20000,
}

/// <summary>An LMDB environment over a single file, without LMDB's own locks and without flushes to disk.</summary>
public sealed unsafe class LightningEnvironment : IDisposable
{
    /// <summary>The size of a page where page sizes are those of x86-64.</summary>
    public const int PageBytes = 4096;

    /// <summary>The longest key, in bytes; the shortest is one.</summary>
    public const int MaximumKeyBytes = 511;

    private const uint MaximumDatabases = 2;

    // MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC | MDB_NOTLS
    private const uint Flags = 0x4000 | 0x400000 | 0x10000 | 0x200000;
    private const uint OwnerOnly = 0x180;

    private nint _handle;

    private LightningEnvironment(nint handle) => _handle = handle;

    /// <summary>Bytes of the file that were ever in use: pages up to the last one.</summary>
    public long UsedBytes => ((long)Info.LastPageNumber + 1) * PageBytes;

    /// <summary>Size of the map in bytes: what the file can grow to.</summary>
    public long MapSizeBytes => (long)Info.MapSize;

    /// <summary>
    /// Device and inode of the file that is open, to be compared with those of the file that was locked.
    /// </summary>
    public (ulong Device, ulong Inode) FileIdentity
    {
        get
        {
            FileStatus.OfDescriptor(Descriptor, out FileStatus status);
            return status.Identity;
        }
    }

    /// <summary>Whether the file cannot grow: LMDB says EIO when the disk took only a part of what it wrote.</summary>
    public bool IsDiskFull => FileSystemSpace.IsFull(Descriptor);

    private int Descriptor
    {
        get
        {
            int descriptor = -1;
            NativeMethods.GetDescriptor(_handle, &descriptor);
            return descriptor;
        }
    }

    private EnvironmentInfo Info
    {
        get
        {
            EnvironmentInfo info = default;
            NativeMethods.GetEnvironmentInfo(_handle, &info);
            return info;
        }
    }

    /// <summary>Opens a file that is empty or trusted, and makes an empty one an LMDB file.</summary>
    /// <param name="path">The file; made with mode 0600 where there is none.</param>
    /// <param name="mapSizeBytes">Size of the map, a multiple of <see cref="PageBytes"/>.</param>
    /// <param name="environment">The environment; null when the answer is not success.</param>
    /// <returns>Success, an error number of the system, or that the file is none of LMDB's.</returns>
    public static MDBResultCode Open(string path, long mapSizeBytes, out LightningEnvironment? environment)
    {
        environment = null;
        nint handle = 0;
        MDBResultCode code = NativeMethods.CreateEnvironment(&handle);
        if (code != MDBResultCode.Success)
        {
            return code;
        }

        NativeMethods.SetMaximumDatabases(handle, MaximumDatabases);
        NativeMethods.SetMapSize(handle, (nuint)mapSizeBytes);
        fixed (byte* bytes = NativePath.Encode(path))
        {
            code = NativeMethods.OpenEnvironment(handle, bytes, Flags, OwnerOnly);
        }

        LightningEnvironment opened = new(handle);
        if (code != MDBResultCode.Success)
        {
            opened.Dispose();
            return code;
        }

        environment = opened;
        return code;
    }

    /// <summary>
    /// Gives the map another size, while no transaction is active. On a failure the map is gone and the environment
    /// must not be touched again, except to be disposed of: see <see cref="AddressSpace.HasRoom"/>.
    /// </summary>
    public MDBResultCode SetMapSize(long sizeBytes) => NativeMethods.SetMapSize(_handle, (nuint)sizeBytes);

    /// <summary>Begins a transaction. It must be committed or aborted before the environment is disposed of.</summary>
    public MDBResultCode BeginTransaction(TransactionBeginFlags flags, out LightningTransaction transaction)
    {
        nint handle = 0;
        MDBResultCode code = NativeMethods.BeginTransaction(_handle, 0, (uint)flags, &handle);
        transaction = new LightningTransaction(code == MDBResultCode.Success ? handle : 0);
        return code;
    }

    /// <summary>Closes the file and unmaps it. Nothing is flushed to disk.</summary>
    public void Dispose()
    {
        if (_handle != 0)
        {
            NativeMethods.CloseEnvironment(_handle);
            _handle = 0;
        }
    }
}
