// The functions of liblmdb 0.9 that TlsMgr calls, as lmdb.h declares them (64 bit). The published binary links them in.
// Must never be called from outside this folder. All of them take a null transaction or cursor and answer EINVAL.

using System;
using System.Runtime.InteropServices;

namespace TlsMgr.Native.Lmdb;

internal static unsafe partial class NativeMethods
{
    private const string Library = "lmdb";

    [LibraryImport(Library, EntryPoint = "mdb_strerror")]
    internal static partial byte* DescribeError(int code);

    [LibraryImport(Library, EntryPoint = "mdb_env_create")]
    internal static partial MDBResultCode CreateEnvironment(nint* environment);

    [LibraryImport(Library, EntryPoint = "mdb_env_set_maxdbs")]
    internal static partial MDBResultCode SetMaximumDatabases(nint environment, uint count);

    [LibraryImport(Library, EntryPoint = "mdb_env_set_mapsize")]
    internal static partial MDBResultCode SetMapSize(nint environment, nuint sizeBytes);

    [LibraryImport(Library, EntryPoint = "mdb_env_open")]
    internal static partial MDBResultCode OpenEnvironment(nint environment, byte* path, uint flags, uint mode);

    [LibraryImport(Library, EntryPoint = "mdb_env_close")]
    internal static partial void CloseEnvironment(nint environment);

    [LibraryImport(Library, EntryPoint = "mdb_env_info")]
    internal static partial MDBResultCode GetEnvironmentInfo(nint environment, EnvironmentInfo* info);

    [LibraryImport(Library, EntryPoint = "mdb_env_get_fd")]
    internal static partial MDBResultCode GetDescriptor(nint environment, int* descriptor);

    [LibraryImport(Library, EntryPoint = "mdb_txn_begin")]
    internal static partial MDBResultCode BeginTransaction(
        nint environment, nint parent, uint flags, nint* transaction);

    [LibraryImport(Library, EntryPoint = "mdb_txn_commit")]
    internal static partial MDBResultCode CommitTransaction(nint transaction);

    [LibraryImport(Library, EntryPoint = "mdb_txn_abort")]
    internal static partial void AbortTransaction(nint transaction);

    [LibraryImport(Library, EntryPoint = "mdb_txn_reset")]
    internal static partial void ResetTransaction(nint transaction);

    [LibraryImport(Library, EntryPoint = "mdb_txn_renew")]
    internal static partial MDBResultCode RenewTransaction(nint transaction);

    [LibraryImport(Library, EntryPoint = "mdb_dbi_open")]
    internal static partial MDBResultCode OpenDatabase(nint transaction, byte* name, uint flags, uint* database);

    [LibraryImport(Library, EntryPoint = "mdb_stat")]
    internal static partial MDBResultCode GetStatistics(
        nint transaction, uint database, DatabaseStatistics* statistics);

    [LibraryImport(Library, EntryPoint = "mdb_get")]
    internal static partial MDBResultCode Get(nint transaction, uint database, MDBValue* key, MDBValue* value);

    [LibraryImport(Library, EntryPoint = "mdb_put")]
    internal static partial MDBResultCode Put(
        nint transaction, uint database, MDBValue* key, MDBValue* value, uint flags);

    [LibraryImport(Library, EntryPoint = "mdb_del")]
    internal static partial MDBResultCode Delete(nint transaction, uint database, MDBValue* key, MDBValue* value);

    [LibraryImport(Library, EntryPoint = "mdb_cursor_open")]
    internal static partial MDBResultCode OpenCursor(nint transaction, uint database, nint* cursor);

    [LibraryImport(Library, EntryPoint = "mdb_cursor_close")]
    internal static partial void CloseCursor(nint cursor);

    [LibraryImport(Library, EntryPoint = "mdb_cursor_get")]
    internal static partial MDBResultCode MoveCursor(nint cursor, MDBValue* key, MDBValue* value, int operation);
}

/// <summary>struct MDB_val: bytes that somebody else owns.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MDBValue
{
    internal nuint Size;
    internal byte* Data;

    internal MDBValue(byte* data, int size)
    {
        Data = data;
        Size = (nuint)size;
    }

    /// <summary>
    /// The bytes; none when LMDB set none. No value here exceeds an int: what is stored comes from spans.
    /// </summary>
    internal readonly Span<byte> AsSpan() => new(Data, checked((int)Size));
}

/// <summary>struct MDB_envinfo.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EnvironmentInfo
{
    internal nint MapAddress;
    internal nuint MapSize;
    internal nuint LastPageNumber;
    internal nuint LastTransactionId;
    internal uint MaximumReaders;
    internal uint Readers;
}

/// <summary>struct MDB_stat.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DatabaseStatistics
{
    internal uint PageSize;
    internal uint Depth;
    internal nuint BranchPages;
    internal nuint LeafPages;
    internal nuint OverflowPages;
    internal nuint Entries;
}
