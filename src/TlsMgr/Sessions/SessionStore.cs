// The LMDB side of a session cache: the transactions of one turn of the event loop. All changes of a turn share one
// write transaction, begun by the first change and committed by EndTurn. Reads use that transaction if it is open,
// otherwise a read transaction that is renewed in each turn. Faults are returned as result codes and neither logged nor
// thrown. Invariant: no reader is active during a commit (MDB_NOLOCK).

using System;
using LightningDB;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>The databases of one cache, with one transaction per turn of the event loop.</summary>
internal sealed class SessionStore : IDisposable
{
    private readonly LmdbEnvironment _environment;
    private readonly CacheLimits _limits;
    private readonly MapRoom _room;
    private readonly long _changeBytes;
    private LmdbTransaction _read;
    private LmdbTransaction _write;
    private bool _isReading;
    private bool _isTight;
    private bool _isAlone;
    private long _liveBytes;
    private MDBResultCode _turnFault;

    private SessionStore(LmdbEnvironment environment, CacheLimits limits)
    {
        _environment = environment;
        _limits = limits;
        _room = new MapRoom(environment, limits);
        int scale = environment.PageBytes / LmdbPageSize.SmallestBytes;
        _changeBytes = CacheLimits.ChangeBytes * scale;
        EvictionsPerStore = CacheLimits.EvictionsPerStore * scale;
    }

    /// <summary>
    /// Maximum queue entries that a store processes. A larger page becomes free only when more sessions of it are gone.
    /// </summary>
    internal int EvictionsPerStore { get; }

    /// <summary>The database of the sessions.</summary>
    internal LmdbDatabase Sessions { get; private set; }

    /// <summary>The database of the eviction queue.</summary>
    internal LmdbDatabase Order { get; private set; }

    /// <summary>
    /// Whether sessions must be evicted, because their number or size exceeds the limits. Valid only after a read or a
    /// change in this turn.
    /// </summary>
    internal bool IsOverLimit
    {
        get
        {
            long liveBytes = LiveBytes;
            _isTight &= liveBytes > _limits.EvictionLiveBytes - (_limits.EvictionLiveBytes / 8);
            return _isTight || liveBytes > _limits.EvictionLiveBytes
                || Current.CountEntries(Sessions) > _limits.MaximumEntries;
        }
    }

    /// <summary>
    /// Whether what can be stored within a second would not reach the limits. Valid only after a read or a change in
    /// this turn.
    /// </summary>
    internal bool HasRoomForASecond =>
        Current.CountEntries(Sessions) <= _limits.MaximumEntries - CacheLimits.StoresOfASecond
        && LiveBytes <= _limits.EvictionLiveBytes / 2;

    /// <summary>Whether there are changes that are not committed.</summary>
    internal bool HasUncommitted => _write.IsOpen;

    /// <summary>Whether this turn's changes are lost already.</summary>
    internal bool IsTurnLost => _turnFault != MDBResultCode.Success;

    /// <summary>
    /// Whether the store is unusable until the daemon is restarted: its map is lost or its file is damaged.
    /// </summary>
    internal bool IsBroken { get; private set; }

    /// <summary>
    /// Whether the store accepts no sessions until entries are removed. Evaluated at the first change of a turn, with a
    /// hysteresis of one eighth.
    /// </summary>
    internal bool IsFull { get; private set; }

    /// <summary>What it holds; all 0 when it cannot be read.</summary>
    internal CacheFigures Figures => BeginRead() != MDBResultCode.Success ? default : new CacheFigures(
        Current.CountEntries(Sessions), _environment.UsedBytes,
        LiveBytes,
        _limits.MaximumMapBytes < long.MaxValue ? _limits.MaximumMapBytes : _limits.MaximumLiveBytes);

    /// <summary>Opens a file that is locked by this process, and empty or examined.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">Device and inode of the locked file, which LMDB must have opened.</param>
    /// <param name="limits">The limits of the cache.</param>
    /// <param name="store">The store; null unless the result is success.</param>
    internal static MDBResultCode Open(
        string path, (ulong Device, ulong Inode) identity, CacheLimits limits, out SessionStore? store)
    {
        MDBResultCode code = Map(path, identity, limits, out store);
        code = code == MDBResultCode.Success ? store!.OpenDatabases() : code;
        if (code != MDBResultCode.Success)
        {
            store?.Dispose();
            store = null;
        }

        return code;
    }

    /// <summary>
    /// Opens and maps a file of which at least the meta pages were checked, without reading more of it.
    /// <see cref="OpenDatabases"/> must follow when the file was examined, before any other use.
    /// </summary>
    internal static MDBResultCode Map(
        string path, (ulong Device, ulong Inode) identity, CacheLimits limits, out SessionStore? store)
    {
        store = null;
        LmdbEnvironment? environment = null;
        MDBResultCode code = AddressSpace.HasMemory(CacheLimits.OpenBytes)
            ? LmdbEnvironment.Open(path, limits.InitialMapBytes, out environment)
            : (MDBResultCode)Errno.NoMemory;
        if (environment is null)
        {
            return code;
        }

        if (environment.FileIdentity != identity)
        {
            environment.Dispose();
            return (MDBResultCode)Errno.StaleFile;
        }

        store = new SessionStore(environment, limits);
        return code;
    }

    /// <summary>Opens the databases, and creates them in an empty file.</summary>
    internal MDBResultCode OpenDatabases()
    {
        MDBResultCode code = _environment.BeginTransaction(TransactionBeginFlags.None, out _write);
        if (code == MDBResultCode.Success)
        {
            code = _write.OpenDatabase(SessionEntry.DatabaseName, out LmdbDatabase sessions);
            Sessions = sessions;
        }

        if (code == MDBResultCode.Success)
        {
            code = _write.OpenDatabase(EvictionQueueEntry.DatabaseName, out LmdbDatabase order);
            Order = order;
        }

        return code == MDBResultCode.Success ? CommitChanges() : code;
    }

    /// <summary>Opens the databases after the file was emptied under the map, which may be larger by now.</summary>
    internal MDBResultCode OpenEmptied()
    {
        MDBResultCode code = _environment.SetMapSize(_limits.InitialMapBytes);
        return code == MDBResultCode.Success ? OpenDatabases() : code;
    }

    /// <summary>
    /// Makes the file of an empty cache small again, in place, because the jail has no name for it. To be called
    /// between turns. A file that cannot be written stays as it is.
    /// </summary>
    internal MDBResultCode ShrinkIfEmpty()
    {
        if (IsBroken || HasUncommitted || _environment.UsedBytes <= CacheLimits.ShrinkBytes
            || BeginRead() != MDBResultCode.Success || Current.CountEntries(Sessions) > 0)
        {
            ResetReader();
            return MDBResultCode.Success;
        }

        _read.Abort();
        _isReading = false;
        if (_environment.Empty() < 0)
        {
            return MDBResultCode.Success;
        }

        _environment.CloseDatabase(Sessions);
        _environment.CloseDatabase(Order);
        MDBResultCode code = OpenEmptied();
        IsBroken |= code != MDBResultCode.Success;
        return code;
    }

    /// <summary>Reads the value of a key; it is valid until the next call.</summary>
    internal MDBResultCode Get(
        LmdbDatabase database, scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        value = default;
        MDBResultCode code = BeginRead();
        return code == MDBResultCode.Success ? Judge(Current.Get(database, key, out value)) : code;
    }

    /// <summary>
    /// Reserves space for a value, which the caller writes before the next call. A fault loses the turn's changes. A
    /// large value for which there may be no space gets a transaction of its own, which <see cref="EndStore"/> commits:
    /// a fault of it concerns no other change.
    /// </summary>
    internal MDBResultCode Reserve(
        LmdbDatabase database, scoped ReadOnlySpan<byte> key, int lengthBytes, out Span<byte> room)
    {
        room = default;
        bool isLarge = lengthBytes > CacheLimits.LargeEntryBytes;
        MDBResultCode code = BeginWrite(_changeBytes + lengthBytes, isLarge);
        if (code != MDBResultCode.Success)
        {
            return code;
        }

        if (IsFull || (isLarge && !HasRoomBesides(lengthBytes)))
        {
            return MDBResultCode.MapFull;
        }

        return LoseOnFault(_write.Reserve(database, key, lengthBytes, out room));
    }

    /// <summary>Removes a key. NotFound is not a fault; a fault loses the turn's changes.</summary>
    internal MDBResultCode Delete(LmdbDatabase database, ReadOnlySpan<byte> key)
    {
        MDBResultCode code = BeginWrite(_changeBytes);
        return code == MDBResultCode.Success ? LoseOnFault(_write.Delete(database, key)) : code;
    }

    /// <summary>Ends a store: commits a transaction of its own, so that a fault of the commit is its fault.</summary>
    /// <param name="code">The result of the store so far.</param>
    internal MDBResultCode EndStore(MDBResultCode code)
    {
        MDBResultCode committed = _isAlone ? CommitChanges() : MDBResultCode.Success;
        return code == MDBResultCode.Success ? committed : code;
    }

    /// <summary>Opens a cursor, which must be closed before the next call.</summary>
    internal MDBResultCode OpenCursor(LmdbDatabase database, out LmdbCursor cursor)
    {
        cursor = default;
        MDBResultCode code = BeginRead();
        return code == MDBResultCode.Success ? Judge(Current.OpenCursor(database, out cursor)) : code;
    }

    /// <summary>
    /// Commits the turn's changes and ends the read transaction. The changes are lost unless the result is success.
    /// </summary>
    internal MDBResultCode EndTurn()
    {
        ResetReader();
        MDBResultCode code = IsTurnLost ? _turnFault : CommitChanges();
        _turnFault = MDBResultCode.Success;
        return code;
    }

    /// <summary>Discards uncommitted changes and closes the file.</summary>
    public void Dispose()
    {
        _write.Abort();
        _read.Abort();
        _environment.Dispose();
    }

    private LmdbTransaction Current => _write.IsOpen ? _write : _read;

    /// <summary>Bytes of the file that sessions and their order occupy, as the current transaction sees them.</summary>
    private long LiveBytes => Current.GetLiveBytes(Sessions) + Current.GetLiveBytes(Order);

    /// <summary>
    /// Whether a large value leaves space for small ones until older sessions are evicted: a sixteenth of the limit.
    /// </summary>
    private bool HasRoomBesides(int lengthBytes)
    {
        long liveBytes = LiveBytes + lengthBytes;
        bool hasRoom = liveBytes <= _limits.MaximumLiveBytes - (_limits.MaximumLiveBytes / 16);
        _isTight |= !hasRoom;
        return hasRoom;
    }

    private MDBResultCode BeginRead()
    {
        if (IsBroken)
        {
            return MDBResultCode.Panic;
        }

        if (_write.IsOpen || _isReading)
        {
            return MDBResultCode.Success;
        }

        MDBResultCode code = _read.IsOpen
            ? _read.Renew()
            : _environment.BeginTransaction(TransactionBeginFlags.ReadOnly, out _read);
        _isReading = code == MDBResultCode.Success;
        return Judge(code);
    }

    private MDBResultCode BeginWrite(long neededBytes, bool isLarge = false)
    {
        if (IsBroken || IsTurnLost)
        {
            return IsBroken ? MDBResultCode.Panic : _turnFault;
        }

        if (_write.IsOpen && _room.TryTake(neededBytes, isContiguous: isLarge))
        {
            return MDBResultCode.Success;
        }

        // A turn whose changes exceed the free space of the map is committed in parts: only between transactions can
        // the map grow.
        ResetReader();
        bool wasAlone = _isAlone;
        MDBResultCode code = CommitChanges();
        if (code != MDBResultCode.Success)
        {
            return wasAlone ? code : LoseOnFault(code);
        }

        return BeginTransaction(neededBytes, isLarge);
    }

    /// <summary>Begins a transaction when none is open, so that a fault loses no change.</summary>
    private MDBResultCode BeginTransaction(long neededBytes, bool isLarge)
    {
        MDBResultCode code = _room.Make(neededBytes, _liveBytes);
        IsBroken |= _room.IsLost;
        if (code == MDBResultCode.Success)
        {
            code = _environment.BeginTransaction(TransactionBeginFlags.None, out _write);
        }

        if (code == MDBResultCode.Success)
        {
            long gapBytes = IsFull ? _limits.MaximumLiveBytes / 8 : 0;
            _liveBytes = LiveBytes;
            IsFull = _liveBytes >= _limits.MaximumLiveBytes - gapBytes;
            _isAlone = isLarge && _room.LacksTail;
        }

        return Judge(code);
    }

    private MDBResultCode CommitChanges()
    {
        if (!_write.IsOpen)
        {
            return MDBResultCode.Success;
        }

        _isAlone = false;
        MDBResultCode code = Judge(_write.Commit());
        return code == (MDBResultCode)Errno.InputOutput && _environment.IsDiskFull
            ? (MDBResultCode)Errno.NoSpace
            : code;
    }

    private void ResetReader()
    {
        if (_isReading)
        {
            _read.Reset();
            _isReading = false;
        }
    }

    private MDBResultCode LoseOnFault(MDBResultCode code)
    {
        if (code is not (MDBResultCode.Success or MDBResultCode.NotFound))
        {
            _turnFault = _isAlone ? MDBResultCode.Success : code;
            _isAlone = false;
            Judge(code);
            _write.Abort();
        }

        return code;
    }

    private MDBResultCode Judge(MDBResultCode code)
    {
        if (code == MDBResultCode.MapFull)
        {
            _isTight = true;
            _room.Exhausted();
        }

        IsBroken |= code is MDBResultCode.Panic or MDBResultCode.Corrupted or MDBResultCode.PageNotFound;
        return code;
    }
}
