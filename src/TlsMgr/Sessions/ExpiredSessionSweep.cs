// Here sessions expire: the sweep of a cache visits all keys in order, in bounded steps between which requests are
// served, and removes expired sessions. A step continues after the last key of the previous one, which may have been
// removed in between.

using System;
using LightningDB;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>The expiry of sessions: removes expired ones in bounded steps.</summary>
internal sealed class ExpiredSessionSweep(SessionStore store, Action<ReadOnlySpan<byte>> stir)
{
    private readonly KeyBuffer _last = new();
    private readonly KeyBuffer[] _expired = CreateBuffers(CacheLimits.SweepStepRemovals);

    /// <summary>Whether there is more to do.</summary>
    internal bool IsRunning { get; private set; }

    /// <summary>Whether the last step removed an entry that is not what was stored under its key.</summary>
    internal bool HasFoundDamage { get; private set; }

    /// <summary>Starts at the first key; does nothing while a sweep is in progress.</summary>
    internal void Start()
    {
        if (!IsRunning)
        {
            IsRunning = true;
            _last.Clear();
        }
    }

    /// <summary>Starts after a key, even while a sweep is in progress; an empty key is before all others.</summary>
    internal void Restart(ReadOnlySpan<byte> behind)
    {
        IsRunning = true;
        _last.Set(behind);
    }

    /// <summary>The key after which the next step starts; empty when the sweep is complete.</summary>
    internal ReadOnlySpan<byte> Position => IsRunning ? _last.Key : default;

    /// <summary>Moves a cursor to the first entry after a key; an empty key is before all others.</summary>
    internal static MDBResultCode Resume(
        LmdbCursor cursor, scoped ReadOnlySpan<byte> behind, out ReadOnlySpan<byte> key,
        out ReadOnlySpan<byte> value)
    {
        if (behind.IsEmpty)
        {
            return cursor.First(out key, out value);
        }

        MDBResultCode code = cursor.SetRange(behind, out key, out value);
        return code == MDBResultCode.Success && key.SequenceEqual(behind) ? cursor.Next(out key, out value) : code;
    }

    /// <summary>Runs one step. A fault ends this sweep; the next one starts at the first key.</summary>
    /// <param name="life">The times at which valid sessions were stored.</param>
    /// <param name="removed">The number of sessions removed.</param>
    internal MDBResultCode Step(SessionLife life, out int removed)
    {
        removed = 0;
        MDBResultCode code = Collect(life, out int expired);
        IsRunning = code == MDBResultCode.Success;
        if (code == MDBResultCode.NotFound)
        {
            code = MDBResultCode.Success;
        }

        for (int i = 0; i < expired && code == MDBResultCode.Success; i++)
        {
            MDBResultCode removal = store.Delete(store.Sessions, _expired[i].Key);
            removed += removal == MDBResultCode.Success ? 1 : 0;
            code = removal == MDBResultCode.NotFound ? MDBResultCode.Success : removal;
        }

        IsRunning &= code == MDBResultCode.Success;
        return code;
    }

    private MDBResultCode Collect(SessionLife life, out int expired)
    {
        expired = 0;
        HasFoundDamage = false;
        MDBResultCode code = store.OpenCursor(store.Sessions, out LmdbCursor cursor);
        if (code != MDBResultCode.Success)
        {
            return code;
        }

        code = Resume(cursor, _last.Key, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value);
        for (int examined = 1; code == MDBResultCode.Success; examined++)
        {
            bool isReadable = SessionEntry.TryReadTime(value, out long timeSeconds);
            if (!isReadable || !life.Contains(timeSeconds))
            {
                _expired[expired++].Set(key);
                HasFoundDamage |= !isReadable || (life.IsImpossible(timeSeconds) && IsDamaged(key, value));
            }

            if (examined == CacheLimits.SweepStepEntries || expired == _expired.Length)
            {
                _last.Set(key);
                stir(value[..int.Min(value.Length, CacheLimits.StirBytes)]);
                break;
            }

            code = cursor.Next(out key, out value);
        }

        cursor.Close();
        return code;
    }

    /// <summary>
    /// Whether an entry with an impossible time is damaged, rather than stored while the clock was wrong. The checksum
    /// of a large one would take too long.
    /// </summary>
    private static bool IsDamaged(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        value.Length <= CacheLimits.LargeEntryBytes && !SessionEntry.IsIntact(key, value);

    private static KeyBuffer[] CreateBuffers(int count)
    {
        KeyBuffer[] buffers = new KeyBuffer[count];
        for (int i = 0; i < count; i++)
        {
            buffers[i] = new KeyBuffer();
        }

        return buffers;
    }
}
