// One open LMDB file and its map, used by one thread of one process, which holds a lock on the file. Writes use
// pwrite(2) instead of a writable map: on a full disk that is an error instead of SIGBUS.
// Invariant: a file is examined (LmdbFile) or emptied before it is opened here. A damaged one crashes on first touch.

using System;
using LightningDB;
using LightningDB.Native;
using TlsMgr.Native.Libc;
using static LightningDB.Native.Lmdb;

namespace TlsMgr.Native.Lmdb;

/// <summary>An LMDB environment over a single file, without LMDB's own locks and without flushes to disk.</summary>
public sealed class LmdbEnvironment : IDisposable
{
    /// <summary>The longest key, in bytes; the shortest is one.</summary>
    public const int MaximumKeyBytes = 511;

    private const uint MaximumDatabases = 2;

    private const EnvironmentOpenFlags Flags = EnvironmentOpenFlags.NoSubDir | EnvironmentOpenFlags.NoLock
        | EnvironmentOpenFlags.NoSync | EnvironmentOpenFlags.NoThreadLocalStorage;
    private const UnixAccessMode OwnerOnly = UnixAccessMode.OwnerRead | UnixAccessMode.OwnerWrite;

    private nint _handle;

    private LmdbEnvironment(nint handle) => _handle = handle;

    /// <summary>The size of the file's pages, in bytes.</summary>
    public int PageBytes { get; private set; }

    /// <summary>The high-water mark of the file in bytes: all pages up to the last one that was ever used.</summary>
    public long UsedBytes => (Info.me_last_pgno + 1L) * PageBytes;

    /// <summary>Size of the map in bytes: the limit of the file's growth.</summary>
    public long MapSizeBytes => Info.me_mapsize;

    /// <summary>
    /// Device and inode of the open file, for a comparison with those of the locked file.
    /// </summary>
    public (ulong Device, ulong Inode) FileIdentity
    {
        get
        {
            FileStatus.OfDescriptor(Descriptor, out FileStatus status);
            return status.Identity;
        }
    }

    /// <summary>Whether the file cannot grow: LMDB returns EIO when the disk took only a part of a write.</summary>
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

    /// <summary>Opens a file that is empty or was examined. An empty file becomes an LMDB file.</summary>
    /// <param name="path">The file; created with mode 0600 where there is none.</param>
    /// <param name="mapSizeBytes">Size of the map, a multiple of <see cref="LmdbPageSize.SystemBytes"/>.</param>
    /// <param name="environment">The environment; null when the result is not success.</param>
    /// <returns>Success, an error number of the system, or a code of LMDB.</returns>
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

        mdb_env_stat(handle, out MDBStat statistics);
        opened.PageBytes = (int)statistics.ms_psize;
        environment = opened;
        return code;
    }

    /// <summary>
    /// Resizes the map, while no transaction is active. After a failure there is no map, and the environment can only
    /// be disposed of: see <see cref="AddressSpace.CanMap"/>.
    /// </summary>
    public MDBResultCode SetMapSize(long sizeBytes) => mdb_env_set_mapsize(_handle, (nint)sizeBytes);

    /// <summary>
    /// Discards the content while no transaction is active; databases must be closed and opened again, and the map be
    /// resized.
    /// </summary>
    /// <returns>0; the negative of an <see cref="Errno"/>, after which the content is that of before.</returns>
    public int Empty() => LmdbFile.Empty(Descriptor, PageBytes);

    /// <summary>Forgets a database, while no transaction is active.</summary>
    public void CloseDatabase(LmdbDatabase database) => mdb_dbi_close(_handle, database.Handle);

    /// <summary>Begins a transaction, which ends by commit or abort before the environment is disposed of.</summary>
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
