// How much of a cache's map a transaction may still fill. Between transactions the map grows by doubling, up to the
// limit of the cache; then free pages are reused.

using LightningDB;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>The space for changes in the file of one cache.</summary>
internal sealed class MapRoom(LmdbEnvironment environment, CacheLimits limits)
{
    private bool _mustGrow;
    private long _roomBytes;
    private long _tailBytes;

    /// <summary>
    /// Whether there is no contiguous space at the end of the file for what the transaction began with.
    /// </summary>
    internal bool LacksTail => _tailBytes < 0;

    /// <summary>Whether resizing failed, after which there is no map.</summary>
    internal bool IsLost { get; private set; }

    /// <summary>Lets the map grow before the next transaction, because this one found it full.</summary>
    internal void Exhausted() => _mustGrow = true;

    /// <summary>Takes space in the current transaction; false when only another one may have it.</summary>
    /// <param name="neededBytes">The bytes needed.</param>
    /// <param name="isContiguous">Whether they must be in one piece, at the end of the file.</param>
    internal bool TryTake(long neededBytes, bool isContiguous)
    {
        if (_roomBytes < neededBytes || (isContiguous && _tailBytes < neededBytes))
        {
            return false;
        }

        _roomBytes -= neededBytes;
        _tailBytes -= neededBytes;
        return true;
    }

    /// <summary>Makes space, and takes what is needed of it, while no transaction is open.</summary>
    /// <param name="neededBytes">The bytes that the transaction begins with.</param>
    /// <param name="liveBytes">Bytes of the file in use.</param>
    internal MDBResultCode Make(long neededBytes, long liveBytes)
    {
        long usedBytes = environment.UsedBytes;
        long sizeBytes = environment.MapSizeBytes;
        long wantedBytes = _mustGrow ? sizeBytes * 2 : sizeBytes;
        while (wantedBytes < limits.MaximumMapBytes
            && wantedBytes - usedBytes < limits.MapMarginBytes + CacheLimits.CommitBytes + neededBytes)
        {
            wantedBytes *= 2;
        }

        // The file of an earlier process may be slightly larger than the limit: LMDB maps all of it.
        wantedBytes = long.Max(long.Min(wantedBytes, limits.MaximumMapBytes), sizeBytes);
        if (wantedBytes != sizeBytes)
        {
            if (!AddressSpace.CanMap(wantedBytes))
            {
                return (MDBResultCode)Errno.NoMemory;
            }

            MDBResultCode code = environment.SetMapSize(wantedBytes);
            if (code != MDBResultCode.Success)
            {
                IsLost = true;
                return code;
            }
        }

        _mustGrow = false;

        // When the map cannot grow, free pages are reused; how many of them are contiguous is known only at the end.
        long freeBytes = wantedBytes < limits.MaximumMapBytes
            ? wantedBytes - usedBytes
            : (wantedBytes - liveBytes) / 2;
        _roomBytes = freeBytes - CacheLimits.CommitBytes - neededBytes;
        _tailBytes = wantedBytes - usedBytes - CacheLimits.CommitBytes - neededBytes;
        return MDBResultCode.Success;
    }
}
