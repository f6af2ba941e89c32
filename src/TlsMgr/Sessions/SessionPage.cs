using System;
using LightningDB;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>
/// An iterator over the entries of a cache in the order of their keys, with ids, times and sizes, but without session
/// data. The caller stops at any entry; another iterator continues after the last <see cref="Key"/>.
/// </summary>
internal ref struct SessionPage
{
    private readonly LmdbCursor _cursor;
    private readonly bool _isOpen;
    private readonly ReadOnlySpan<byte> _behind;
    private readonly long _oldestSeconds;
    private bool _hasBegun;

    internal SessionPage(LmdbCursor cursor, bool isOpen, ReadOnlySpan<byte> behind, long oldestSeconds)
    {
        _cursor = cursor;
        _isOpen = isOpen;
        _behind = behind;
        _oldestSeconds = oldestSeconds;
    }

    /// <summary>The key of the current entry.</summary>
    internal ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>The cache id, if <see cref="IsValid"/>.</summary>
    internal ReadOnlySpan<byte> Id { get; private set; }

    /// <summary>The time when the entry was stored, in seconds since 1970.</summary>
    internal long TimeSeconds { get; private set; }

    /// <summary>The size of the session in bytes.</summary>
    internal int SizeBytes { get; private set; }

    /// <summary>Whether the entry is well-formed and has not expired.</summary>
    internal bool IsValid { get; private set; }

    /// <summary>Moves to the next entry; false after the last one, and when the cache cannot be read.</summary>
    internal bool MoveNext()
    {
        if (!_isOpen)
        {
            return false;
        }

        MDBResultCode code = _hasBegun
            ? _cursor.Next(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
            : SessionSweep.Resume(_cursor, _behind, out key, out value);
        _hasBegun = true;
        Key = key;
        if (code != MDBResultCode.Success)
        {
            return false;
        }

        IsValid = SessionEntry.TryDescribe(
                key, value, out ReadOnlySpan<byte> id, out long storedSeconds, out int sizeBytes)
            && storedSeconds >= _oldestSeconds;
        Id = id;
        TimeSeconds = storedSeconds;
        SizeBytes = sizeBytes;
        return true;
    }

    /// <summary>Closes the iterator.</summary>
    internal readonly void Dispose()
    {
        if (_isOpen)
        {
            _cursor.Close();
        }
    }
}
