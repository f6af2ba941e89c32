// A transaction, a database in it, and a cursor over that. They are values around LMDB's own objects, so that a request
// allocates nothing; whoever keeps one keeps it in one place, because a copy does not notice the end of the other.

using System;
using System.Runtime.Intrinsics.X86;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Lmdb;

/// <summary>A named database inside an environment. It lives as long as the environment.</summary>
public readonly struct LightningDatabase
{
    internal LightningDatabase(uint handle) => Handle = handle;

    internal uint Handle { get; }
}

/// <summary>
/// A transaction of an environment. Spans that it gives out are memory of the map or of the transaction: they end with
/// it, and with the next change in it.
/// </summary>
public unsafe struct LightningTransaction
{
    private const uint CreateDatabase = 0x40000;
    private const uint ReserveSpace = 0x10000;
    private const int CacheLineBytes = 64;

    /// <summary>What lies further behind in a value, the processor foresees by itself.</summary>
    private const int FetchedBytes = 4096;

    private nint _handle;

    internal LightningTransaction(nint handle) => _handle = handle;

    /// <summary>Whether it was begun and neither committed nor aborted. One that was reset is still open.</summary>
    public readonly bool IsOpen => _handle != 0;

    /// <summary>
    /// Opens a named database, and makes it where there is none. The transaction must be one that writes.
    /// </summary>
    public readonly MDBResultCode OpenDatabase(string name, out LightningDatabase database)
    {
        uint handle = 0;
        MDBResultCode code;
        fixed (byte* text = NativePath.Encode(name))
        {
            code = NativeMethods.OpenDatabase(_handle, text, CreateDatabase, &handle);
        }

        database = new LightningDatabase(handle);
        return code;
    }

    /// <summary>How many entries are in the database now.</summary>
    public readonly long CountEntries(LightningDatabase database) => (long)GetStatistics(database).Entries;

    /// <summary>Bytes of the pages that hold what is in the database now; free pages do not count.</summary>
    public readonly long GetLiveBytes(LightningDatabase database)
    {
        DatabaseStatistics statistics = GetStatistics(database);
        return (long)(statistics.BranchPages + statistics.LeafPages + statistics.OverflowPages) * statistics.PageSize;
    }

    /// <summary>Finds a key of 1 to 511 bytes; not found is an answer like any other.</summary>
    public readonly MDBResultCode Get(
        LightningDatabase database, scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        MDBValue found = default;
        MDBResultCode code;
        fixed (byte* keyBytes = key)
        {
            MDBValue wanted = new(keyBytes, key.Length);
            code = NativeMethods.Get(_handle, database.Handle, &wanted, &found);
        }

        value = code == MDBResultCode.Success ? found.AsSpan() : default;
        FetchAhead(value);
        return code;
    }

    /// <summary>
    /// Makes room for a value under a key, in place of what was there. The caller fills all of the room before its next
    /// call on the transaction. After an answer other than success the transaction can only be aborted.
    /// </summary>
    public readonly MDBResultCode Reserve(
        LightningDatabase database, scoped ReadOnlySpan<byte> key, int lengthBytes, out Span<byte> room)
    {
        MDBValue reserved = new(null, lengthBytes);
        MDBResultCode code;
        fixed (byte* keyBytes = key)
        {
            MDBValue wanted = new(keyBytes, key.Length);
            code = NativeMethods.Put(_handle, database.Handle, &wanted, &reserved, ReserveSpace);
        }

        room = code == MDBResultCode.Success ? reserved.AsSpan() : default;
        return code;
    }

    /// <summary>
    /// Removes a key. After an answer other than success or not found the transaction can only be aborted.
    /// </summary>
    public readonly MDBResultCode Delete(LightningDatabase database, ReadOnlySpan<byte> key)
    {
        fixed (byte* keyBytes = key)
        {
            MDBValue wanted = new(keyBytes, key.Length);
            return NativeMethods.Delete(_handle, database.Handle, &wanted, null);
        }
    }

    /// <summary>Opens a cursor. It must be closed before the transaction ends.</summary>
    public readonly MDBResultCode OpenCursor(LightningDatabase database, out LightningCursor cursor)
    {
        nint handle = 0;
        MDBResultCode code = NativeMethods.OpenCursor(_handle, database.Handle, &handle);
        cursor = new LightningCursor(code == MDBResultCode.Success ? handle : 0);
        return code;
    }

    /// <summary>
    /// Writes what was changed to the file, all of it or nothing, and ends. Nothing is flushed to disk.
    /// </summary>
    public MDBResultCode Commit()
    {
        nint handle = _handle;
        _handle = 0;
        return NativeMethods.CommitTransaction(handle);
    }

    /// <summary>Forgets what was changed, and ends. Does nothing to one that has ended.</summary>
    public void Abort()
    {
        NativeMethods.AbortTransaction(_handle);
        _handle = 0;
    }

    /// <summary>Lets go of the state of the data that a read transaction looks at, until it is renewed.</summary>
    public readonly void Reset() => NativeMethods.ResetTransaction(_handle);

    /// <summary>Lets a read transaction that was reset look at the data as it is now.</summary>
    public readonly MDBResultCode Renew() => NativeMethods.RenewTransaction(_handle);

    private readonly DatabaseStatistics GetStatistics(LightningDatabase database)
    {
        DatabaseStatistics statistics = default;
        NativeMethods.GetStatistics(_handle, database.Handle, &statistics);
        return statistics;
    }

    /// <summary>
    /// Has the processor fetch a value from memory all at once: who reads it through waits for every few lines of it,
    /// a fifteenth of the time that a whole lookup takes.
    /// </summary>
    private static void FetchAhead(ReadOnlySpan<byte> value)
    {
        fixed (byte* start = value)
        {
            for (int place = 0; place < int.Min(value.Length, FetchedBytes); place += CacheLineBytes)
            {
                Sse.Prefetch0(start + place);
            }
        }
    }
}

/// <summary>A place in a database, in the order of keys: bytes compared from the left.</summary>
public readonly unsafe struct LightningCursor
{
    private const int FirstOperation = 0;
    private const int LastOperation = 6;
    private const int NextOperation = 8;
    private const int SetRangeOperation = 17;

    private readonly nint _handle;

    internal LightningCursor(nint handle) => _handle = handle;

    /// <summary>Goes to the first entry.</summary>
    public MDBResultCode First(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) =>
        Move(default, FirstOperation, out key, out value);

    /// <summary>Goes to the last entry.</summary>
    public MDBResultCode Last(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) =>
        Move(default, LastOperation, out key, out value);

    /// <summary>Goes to the next entry.</summary>
    public MDBResultCode Next(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) =>
        Move(default, NextOperation, out key, out value);

    /// <summary>Goes to the first entry whose key is the one given, or behind it.</summary>
    public MDBResultCode SetRange(
        scoped ReadOnlySpan<byte> from, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) =>
        Move(from, SetRangeOperation, out key, out value);

    /// <summary>Closes the cursor.</summary>
    public void Close() => NativeMethods.CloseCursor(_handle);

    private MDBResultCode Move(
        scoped ReadOnlySpan<byte> from, int operation, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = from)
        {
            MDBValue foundKey = new(bytes, from.Length);
            MDBValue foundValue = default;
            MDBResultCode code = NativeMethods.MoveCursor(_handle, &foundKey, &foundValue, operation);
            key = code == MDBResultCode.Success ? foundKey.AsSpan() : default;
            value = code == MDBResultCode.Success ? foundValue.AsSpan() : default;
            return code;
        }
    }
}
