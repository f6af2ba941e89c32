// A transaction and a database in it. They are values around LMDB's own objects, so that a request allocates nothing:
// each of the package's classes would cost an object. Their owner keeps one in one place, because a copy does not
// notice the end of the other.

using System;
using System.Runtime.Intrinsics.X86;
using LightningDB;
using LightningDB.Native;
using static LightningDB.Native.Lmdb;

namespace TlsMgr.Native.Lmdb;

/// <summary>A named database inside an environment. It lives as long as the environment.</summary>
public readonly struct LmdbDatabase
{
    internal LmdbDatabase(uint handle) => Handle = handle;

    internal uint Handle { get; }
}

/// <summary>
/// A transaction of an environment. Spans that it gives out are memory of the map or of the transaction: they end with
/// it, and with the next change in it.
/// </summary>
public unsafe struct LmdbTransaction
{
    private const int CacheLineBytes = 64;

    /// <summary>What lies further behind in a value, the processor foresees by itself.</summary>
    private const int FetchedBytes = 4096;

    private nint _handle;

    internal LmdbTransaction(nint handle) => _handle = handle;

    /// <summary>Whether it was begun and neither committed nor aborted. One that was reset is still open.</summary>
    public readonly bool IsOpen => _handle != 0;

    /// <summary>
    /// Opens a named database, and makes it where there is none. The transaction must be one that writes.
    /// </summary>
    public readonly MDBResultCode OpenDatabase(string name, out LmdbDatabase database)
    {
        MDBResultCode code = mdb_dbi_open(_handle, name, DatabaseOpenFlags.Create, out uint handle);
        database = new LmdbDatabase(handle);
        return code;
    }

    /// <summary>How many entries are in the database now.</summary>
    public readonly long CountEntries(LmdbDatabase database) => GetStatistics(database).ms_entries;

    /// <summary>Bytes of the pages that hold what is in the database now; free pages do not count.</summary>
    public readonly long GetLiveBytes(LmdbDatabase database)
    {
        MDBStat statistics = GetStatistics(database);
        return (statistics.ms_branch_pages + statistics.ms_leaf_pages + statistics.ms_overflow_pages)
            * (long)statistics.ms_psize;
    }

    /// <summary>Finds a key of 1 to 511 bytes; not found is an answer like any other.</summary>
    public readonly MDBResultCode Get(
        LmdbDatabase database, scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        MDBValue found;
        MDBResultCode code;
        fixed (byte* keyBytes = key)
        {
            MDBValue wanted = LmdbValue.Of(keyBytes, key.Length);
            code = mdb_get(_handle, database.Handle, ref wanted, out found);
        }

        value = code == MDBResultCode.Success ? found.AsWritableSpan() : default;
        FetchAhead(value);
        return code;
    }

    /// <summary>
    /// Makes room for a value under a key, in place of what was there. The caller fills all of the room before its next
    /// call on the transaction. After an answer other than success the transaction can only be aborted.
    /// </summary>
    public readonly MDBResultCode Reserve(
        LmdbDatabase database, scoped ReadOnlySpan<byte> key, int lengthBytes, out Span<byte> room)
    {
        MDBValue reserved = LmdbValue.Of(null, lengthBytes);
        MDBResultCode code;
        fixed (byte* keyBytes = key)
        {
            MDBValue wanted = LmdbValue.Of(keyBytes, key.Length);
            code = mdb_put(_handle, database.Handle, ref wanted, ref reserved, PutOptions.ReserveSpace);
        }

        room = code == MDBResultCode.Success ? reserved.AsWritableSpan() : default;
        return code;
    }

    /// <summary>
    /// Removes a key. After an answer other than success or not found the transaction can only be aborted.
    /// </summary>
    public readonly MDBResultCode Delete(LmdbDatabase database, ReadOnlySpan<byte> key)
    {
        fixed (byte* keyBytes = key)
        {
            MDBValue wanted = LmdbValue.Of(keyBytes, key.Length);
            return mdb_del(_handle, database.Handle, ref wanted, 0);
        }
    }

    /// <summary>Opens a cursor. It must be closed before the transaction ends.</summary>
    public readonly MDBResultCode OpenCursor(LmdbDatabase database, out LmdbCursor cursor)
    {
        MDBResultCode code = mdb_cursor_open(_handle, database.Handle, out nint handle);
        cursor = new LmdbCursor(code == MDBResultCode.Success ? handle : 0);
        return code;
    }

    /// <summary>
    /// Writes what was changed to the file, all of it or nothing, and ends. Nothing is flushed to disk.
    /// </summary>
    public MDBResultCode Commit()
    {
        nint handle = _handle;
        _handle = 0;
        return mdb_txn_commit(handle);
    }

    /// <summary>Forgets what was changed, and ends. Does nothing to one that has ended.</summary>
    public void Abort()
    {
        mdb_txn_abort(_handle);
        _handle = 0;
    }

    /// <summary>Lets go of the state of the data that a read transaction looks at, until it is renewed.</summary>
    public readonly void Reset() => mdb_txn_reset(_handle);

    /// <summary>Lets a read transaction that was reset look at the data as it is now.</summary>
    public readonly MDBResultCode Renew() => mdb_txn_renew(_handle);

    private readonly MDBStat GetStatistics(LmdbDatabase database)
    {
        mdb_stat(_handle, database.Handle, out MDBStat statistics);
        return statistics;
    }

    /// <summary>
    /// Has the processor fetch a value from memory all at once: who reads it through waits for every few lines of it,
    /// a fifteenth of the time that a whole lookup takes.
    /// </summary>
    private static void FetchAhead(ReadOnlySpan<byte> value)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        fixed (byte* start = value)
        {
            for (int place = 0; place < int.Min(value.Length, FetchedBytes); place += CacheLineBytes)
            {
                Sse.Prefetch0(start + place);
            }
        }
    }
}
