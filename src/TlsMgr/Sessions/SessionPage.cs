// A walk over what a cache holds, for the administrator: ids, times and sizes. Must never give a session out.

using System;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>
/// Entries of a cache in the order of their keys, as far as they are valid. Whoever walks says when it is enough; the
/// last <see cref="Key"/> is where another walk goes on.
/// </summary>
internal ref struct SessionPage
{
    private readonly LightningCursor _cursor;
    private readonly bool _isOpen;
    private readonly ReadOnlySpan<byte> _behind;
    private readonly long _oldestSeconds;
    private bool _hasBegun;

    internal SessionPage(LightningCursor cursor, bool isOpen, ReadOnlySpan<byte> behind, long oldestSeconds)
    {
        _cursor = cursor;
        _isOpen = isOpen;
        _behind = behind;
        _oldestSeconds = oldestSeconds;
    }

    /// <summary>The key of this entry.</summary>
    internal ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>Its cache id, when <see cref="IsValid"/>.</summary>
    internal ReadOnlySpan<byte> Id { get; private set; }

    /// <summary>When it was stored, in seconds since 1970.</summary>
    internal long TimeSeconds { get; private set; }

    /// <summary>Bytes of the session.</summary>
    internal int SizeBytes { get; private set; }

    /// <summary>Whether a lookup would find it.</summary>
    internal bool IsValid { get; private set; }

    /// <summary>Goes to the next entry; false behind the last, and when the cache cannot be read.</summary>
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

    /// <summary>Ends the walk.</summary>
    internal readonly void Dispose()
    {
        if (_isOpen)
        {
            _cursor.Close();
        }
    }
}
