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
    private readonly long _nowSeconds;
    private readonly SessionLife _life;
    private bool _hasBegun;

    internal SessionPage(
        LmdbCursor cursor, bool isOpen, ReadOnlySpan<byte> behind, long nowSeconds, SessionLife life)
    {
        _cursor = cursor;
        _isOpen = isOpen;
        _behind = behind;
        _nowSeconds = nowSeconds;
        _life = life;
    }

    /// <summary>The key of the current entry.</summary>
    internal ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>The cache id, if <see cref="IsValid"/>; as far as it can be read, if <see cref="IsDamaged"/>.</summary>
    internal ReadOnlySpan<byte> Id { get; private set; }

    /// <summary>The time when the entry was stored, in seconds since 1970; never in the future.</summary>
    internal long TimeSeconds { get; private set; }

    /// <summary>The size of the session in bytes; 0 when it cannot be read.</summary>
    internal int SizeBytes { get; private set; }

    /// <summary>The size of the entry in bytes.</summary>
    internal int EntryBytes { get; private set; }

    /// <summary>Whether the entry is intact and has not expired.</summary>
    internal bool IsValid { get; private set; }

    /// <summary>Whether the entry is not what was stored under its key.</summary>
    internal bool IsDamaged { get; private set; }

    /// <summary>Moves to the next entry; false after the last one, and when the cache cannot be read.</summary>
    internal bool MoveNext()
    {
        if (!_isOpen)
        {
            return false;
        }

        MDBResultCode code = _hasBegun
            ? _cursor.Next(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
            : ExpiredSessionSweep.Resume(_cursor, _behind, out key, out value);
        _hasBegun = true;
        Key = key;
        if (code != MDBResultCode.Success)
        {
            return false;
        }

        bool isDescribed = SessionEntry.TryDescribe(
            key, value, out ReadOnlySpan<byte> id, out long storedSeconds, out int sizeBytes);
        IsDamaged = !isDescribed || !SessionEntry.IsIntact(key, value);
        IsValid = !IsDamaged && _life.Contains(storedSeconds);
        Id = IsDamaged && id.IndexOf((byte)0) is >= 0 and var end ? id[..end] : id;
        TimeSeconds = long.Min(storedSeconds, _nowSeconds);
        SizeBytes = int.Max(sizeBytes, 0);
        EntryBytes = value.Length;
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
