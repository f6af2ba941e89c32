// A cache whose file is examined while the daemon serves. LMDB has the file mapped since the start, because the jail
// has no names, but reads nothing of it before the end: a damaged file would end the process. A damaged file is emptied
// in place.

using System;
using LightningDB;
using TlsMgr.Native.Lmdb;
using TlsMgr.Sessions.Files;

namespace TlsMgr.Sessions;

/// <summary>The examination of one cache file, in steps.</summary>
/// <param name="cache">The cache, which becomes ready at the end.</param>
/// <param name="file">The file, locked and not changed before the end.</param>
/// <param name="store">The mapped file.</param>
/// <param name="stir">Receives part of an entry in each step of a sweep.</param>
internal sealed class CacheExamination(
    SessionCache cache, CacheFile file, SessionStore store, Action<ReadOnlySpan<byte>> stir) : IDisposable
{
    private LmdbExamination? _examination;
    private bool _isHandedOver;

    /// <summary>The size of the file in bytes: small files are examined first.</summary>
    internal long SizeBytes => file.SizeBytes;

    /// <summary>
    /// Reads at most 64 KiB. Returns whether there is more to do; otherwise the cache is ready or off.
    /// </summary>
    internal bool Step()
    {
        _examination ??= Begin();
        if (_examination.Step())
        {
            return true;
        }

        Finish(_examination);
        return false;
    }

    /// <summary>
    /// Closes the file's map, unless the cache uses it. A file that was handed over remains so when its examination did
    /// not end.
    /// </summary>
    public void Dispose()
    {
        _examination ??= Begin();
        if (!_isHandedOver)
        {
            store.Dispose();
        }
    }

    /// <summary>Only as the user who serves can it be found that the file was handed over.</summary>
    private LmdbExamination Begin()
    {
        // Until its end, the file is as sound as the previous process left it.
        file.IsSound = file.TakeHandover();
        return file.BeginExamination(skipsLeaves: file.IsSound);
    }

    private void Finish(LmdbExamination examination)
    {
        MDBResultCode code = examination.Kind == LmdbFileKind.Ours ? store.OpenDatabases() : Empty(examination);
        file.IsSound = code == MDBResultCode.Success;
        if (code == MDBResultCode.Success)
        {
            _isHandedOver = true;
            cache.Begin(store, stir);
        }
        else
        {
            cache.TurnOff(file.DescribeFault(code));
        }
    }

    private MDBResultCode Empty(LmdbExamination examination)
    {
        int result = file.Discard(examination);
        return result < 0 ? (MDBResultCode)(-result) : store.OpenEmptied();
    }
}
