// One open LMDB file and its map. Reads and writes go through the map and pwrite(2), never through a writable map: on a
// full disk that would be SIGBUS instead of an error. A damaged file is a crash on first touch, so a file must never be
// opened here before it was examined (LmdbFile) or emptied. Used by one thread of one process, who holds a lock.

using System;
using LightningDB;
using LightningDB.Native;
using TlsMgr.Native.Libc;
using static LightningDB.Native.Lmdb;

namespace TlsMgr.Native.Lmdb;

/// <summary>An LMDB environment over a single file, without LMDB's own locks and without flushes to disk.</summary>
public sealed class LmdbEnvironment : IDisposable
{
    /// <summary>The size of a page where page sizes are those of x86-64.</summary>
    public const int PageBytes = 4096;

    /// <summary>The longest key, in bytes; the shortest is one.</summary>
    public const int MaximumKeyBytes = 511;

    private const uint MaximumDatabases = 2;

    private const EnvironmentOpenFlags Flags = EnvironmentOpenFlags.NoSubDir | EnvironmentOpenFlags.NoLock
        | EnvironmentOpenFlags.NoSync | EnvironmentOpenFlags.NoThreadLocalStorage;
    private const UnixAccessMode OwnerOnly = UnixAccessMode.OwnerRead | UnixAccessMode.OwnerWrite;

    private nint _handle;

    private LmdbEnvironment(nint handle) => _handle = handle;

    /// <summary>Bytes of the file that were ever in use: pages up to the last one.</summary>
    public long UsedBytes => (Info.me_last_pgno + 1L) * PageBytes;

    /// <summary>Size of the map in bytes: what the file can grow to.</summary>
    public long MapSizeBytes => Info.me_mapsize;

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
            // LMDB writes an int into the lower half.
            MDBResultCode code = mdb_env_get_fd(_handle, out nint descriptor);
            return code == MDBResultCode.Success ? (int)descriptor : -1;
        }
    }

    private MDBEnvInfo Info
    {
        get
        {
            mdb_env_info(_handle, out MDBEnvInfo info);
            return info;
        }
    }

    /// <summary>Opens a file that is empty or trusted, and makes an empty one an LMDB file.</summary>
    /// <param name="path">The file; made with mode 0600 where there is none.</param>
    /// <param name="mapSizeBytes">Size of the map, a multiple of <see cref="PageBytes"/>.</param>
    /// <param name="environment">The environment; null when the answer is not success.</param>
    /// <returns>Success, an error number of the system, or that the file is none of LMDB's.</returns>
    public static MDBResultCode Open(string path, long mapSizeBytes, out LmdbEnvironment? environment)
    {
        environment = null;
        MDBResultCode code = mdb_env_create(out nint handle);
        if (code != MDBResultCode.Success)
        {
            return code;
        }

        mdb_env_set_maxdbs(handle, MaximumDatabases);
        mdb_env_set_mapsize(handle, (nint)mapSizeBytes);
        code = mdb_env_open(handle, path, Flags, OwnerOnly);
        LmdbEnvironment opened = new(handle);
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
    public MDBResultCode SetMapSize(long sizeBytes) => mdb_env_set_mapsize(_handle, (nint)sizeBytes);

    /// <summary>Begins a transaction. It must be committed or aborted before the environment is disposed of.</summary>
    public MDBResultCode BeginTransaction(TransactionBeginFlags flags, out LmdbTransaction transaction)
    {
        MDBResultCode code = mdb_txn_begin(_handle, 0, flags, out nint handle);
        transaction = new LmdbTransaction(code == MDBResultCode.Success ? handle : 0);
        return code;
    }

    /// <summary>Closes the file and unmaps it. Nothing is flushed to disk.</summary>
    public void Dispose()
    {
        if (_handle != 0)
        {
            mdb_env_close(_handle);
            _handle = 0;
        }
    }
}
