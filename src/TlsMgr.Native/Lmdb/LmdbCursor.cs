// A cursor over a database: a value around LMDB's own object, valid until its transaction ends or changes something.

using System;
using LightningDB;
using static LightningDB.Native.Lmdb;

namespace TlsMgr.Native.Lmdb;

/// <summary>A place in a database, in the order of keys: bytes compared from the left.</summary>
public readonly unsafe struct LmdbCursor
{
    private readonly nint _handle;

    internal LmdbCursor(nint handle) => _handle = handle;

    /// <summary>Goes to the first entry.</summary>
    public MDBResultCode First(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) =>
        Move(default, CursorOperation.First, out key, out value);

    /// <summary>Goes to the last entry.</summary>
    public MDBResultCode Last(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) =>
        Move(default, CursorOperation.Last, out key, out value);

    /// <summary>Goes to the next entry.</summary>
    public MDBResultCode Next(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) =>
        Move(default, CursorOperation.Next, out key, out value);

    /// <summary>Goes to the previous entry.</summary>
    public MDBResultCode Previous(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) =>
        Move(default, CursorOperation.Previous, out key, out value);

    /// <summary>Goes to the first entry whose key is the given one or follows it.</summary>
    public MDBResultCode SetRange(
        scoped ReadOnlySpan<byte> from, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) =>
        Move(from, CursorOperation.SetRange, out key, out value);

    /// <summary>Closes the cursor.</summary>
    public void Close() => mdb_cursor_close(_handle);

    private MDBResultCode Move(
        scoped ReadOnlySpan<byte> from, CursorOperation operation, out ReadOnlySpan<byte> key,
        out ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = from)
        {
            MDBValue foundKey = LmdbValue.Of(bytes, from.Length);
            MDBValue foundValue = default;
            MDBResultCode code = mdb_cursor_get(_handle, ref foundKey, ref foundValue, operation);
            key = code == MDBResultCode.Success ? foundKey.AsWritableSpan() : default;
            value = code == MDBResultCode.Success ? foundValue.AsWritableSpan() : default;
            return code;
        }
    }
}
