// A transaction and a database in it. They are values around LMDB's own objects, so that a request allocates nothing:
// each of the package's classes would cost an object. Their owner keeps one in one place, because a copy does not
// notice the end of the other.

using System;
using System.Runtime.Intrinsics.X86;
using LightningDB;
using LightningDB.Native;
using static LightningDB.Native.Lmdb;

namespace TlsMgr.Native.Lmdb;

/// <summary>
/// A transaction of an environment. The spans it returns are memory of the map or of the transaction, valid until the
/// next change in it or its end.
/// </summary>
public unsafe struct LmdbTransaction
{
    private const int CacheLineBytes = 64;

    /// <summary>Beyond these, the processor prefetches a value by itself.</summary>
    private const int PrefetchedBytes = 4096;

    private nint _handle;

    internal LmdbTransaction(nint handle) => _handle = handle;

    /// <summary>Whether it was begun and neither committed nor aborted. One that was reset is still open.</summary>
    public readonly bool IsOpen => _handle != 0;

    /// <summary>
    /// Opens a named database, and creates it where there is none. Only for a transaction that writes.
    /// </summary>
    public readonly MDBResultCode OpenDatabase(string name, out LmdbDatabase database)
    {
        MDBResultCode code = mdb_dbi_open(_handle, name, DatabaseOpenFlags.Create, out uint handle);
        database = new LmdbDatabase(handle);
        return code;
    }

    /// <summary>The number of entries in the database.</summary>
    public readonly long CountEntries(LmdbDatabase database) => GetStatistics(database).ms_entries;

    /// <summary>Bytes of the pages that the database occupies, without free pages.</summary>
    public readonly long GetLiveBytes(LmdbDatabase database)
    {
        MDBStat statistics = GetStatistics(database);
        return (statistics.ms_branch_pages + statistics.ms_leaf_pages + statistics.ms_overflow_pages)
            * (long)statistics.ms_psize;
    }

    /// <summary>Finds a key of 1 to 511 bytes. NotFound is not a fault.</summary>
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
        Prefetch(value);
        return code;
    }

    /// <summary>
    /// Reserves space for a value under a key, in place of an earlier one. The caller fills it completely before its
    /// next call on the transaction. After any result but success the transaction can only be aborted.
    /// </summary>
    public readonly MDBResultCode Reserve(
        LmdbDatabase database, scoped ReadOnlySpan<byte> key, int lengthBytes, out Span<byte> space)
    {
        MDBValue reserved = LmdbValue.Of(null, lengthBytes);
        MDBResultCode code;
        fixed (byte* keyBytes = key)
        {
            MDBValue wanted = LmdbValue.Of(keyBytes, key.Length);
            code = mdb_put(_handle, database.Handle, ref wanted, ref reserved, PutOptions.ReserveSpace);
        }

        space = code == MDBResultCode.Success ? reserved.AsWritableSpan() : default;
        return code;
    }

    /// <summary>
    /// Removes a key. After any result but Success or NotFound the transaction can only be aborted.
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
    /// Writes all changes to the file or none, and ends. Nothing is flushed to disk.
    /// </summary>
    public MDBResultCode Commit()
    {
        nint handle = _handle;
        _handle = 0;
        return mdb_txn_commit(handle);
    }

    /// <summary>Discards all changes, and ends. Does nothing after the end.</summary>
    public void Abort()
    {
        mdb_txn_abort(_handle);
        _handle = 0;
    }

    /// <summary>Releases the snapshot of a read transaction, until it is renewed.</summary>
    public readonly void Reset() => mdb_txn_reset(_handle);

    /// <summary>Gives a read transaction that was reset a snapshot of the present data.</summary>
    public readonly MDBResultCode Renew() => mdb_txn_renew(_handle);

    private readonly MDBStat GetStatistics(LmdbDatabase database)
    {
        mdb_stat(_handle, database.Handle, out MDBStat statistics);
        return statistics;
    }

    /// <summary>
    /// Prefetches a value. A reader that runs through it would wait for every few cache lines, a fifteenth of the time
    /// of a lookup.
    /// </summary>
    private static void Prefetch(ReadOnlySpan<byte> value)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        fixed (byte* start = value)
        {
            for (int place = 0; place < int.Min(value.Length, PrefetchedBytes); place += CacheLineBytes)
            {
                Sse.Prefetch0(start + place);
            }
        }
    }
}
