// The PRNG exchange file (tls_random_exchange_name): its content is stirred into the pool and replaced by new output,
// so that a new process inherits the randomness of the previous one. Other processes may use the file, hence the lock.
// Invariant: nothing is written when the pool fails, symbolic links are not followed, and a call never waits for the
// lock.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Random;

/// <summary>The exchange file; used by the event loop's thread alone.</summary>
internal sealed class ExchangeFile : IDisposable
{
    /// <summary>Bytes read and written; the rest of a longer file is unchanged, as with Postfix's tlsmgr.</summary>
    internal const int ExchangedBytes = 1024;

    private const uint OwnerOnly = 0x180; // 0600
    private const OpenFlags Flags =
        OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow | OpenFlags.NonBlocking | OpenFlags.CloseOnExec;

    private readonly string _path;
    private readonly RandomPool _pool;
    private readonly Log _log;
    private readonly OutageWarning _outage;
    private readonly LockedMemory _buffer = new(ExchangedBytes);
    private int _descriptor = -1;
    private uint _owner;

    /// <summary>Creates the object; <see cref="Open"/> opens the file.</summary>
    internal ExchangeFile(string path, RandomPool pool, Log log)
    {
        _path = path;
        _pool = pool;
        _log = log;
        _outage = new OutageWarning(log, $"PRNG exchange file {path}");
    }

    /// <summary>
    /// Opens the file, or creates it, as the effective user. A file that cannot be opened is used by the next process:
    /// in the sandbox no file can be opened.
    /// </summary>
    internal void Open()
    {
        _owner = UserIdentity.EffectiveUserId;
        string? objection = RemoveUnlessOurs();
        if (TryOpen())
        {
            RestrictMode();
            if (objection is not null)
            {
                _log.Warning($"tls_prng_exch_open: PRNG exchange file {_path}: {objection} -- removed and made anew");
            }
        }
    }

    /// <summary>Reads the file, stirs the pool, and writes new output, under the lock.</summary>
    internal ExchangeResult Update()
    {
        if (_descriptor < 0)
        {
            return ExchangeResult.Failed;
        }

        if (FileStatus.OfDescriptor(_descriptor, out FileStatus status) == 0 && status.Links == 0)
        {
            return ExchangeResult.Removed;
        }

        int lockResult = FileLock.TryExclusive(_descriptor);
        if (lockResult < 0)
        {
            return lockResult is -Errno.TryAgain or -Errno.AccessDenied
                ? ExchangeResult.Locked
                : Fail("lock", lockResult);
        }

        ExchangeResult result = Exchange();
        _buffer.Erase();
        FileLock.Release(_descriptor);
        return result;
    }

    /// <summary>Reports that another process still holds the lock.</summary>
    internal void ReportLocked() => Fail("lock", Errno.TryAgain);

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffer.Dispose();
        if (_descriptor >= 0)
        {
            FileDescriptor.Close(_descriptor);
            _descriptor = -1;
        }
    }

    /// <summary>
    /// Removes a file that others own or may write, where the directory is ours alone. Returns the reason, or null when
    /// nothing was removed.
    /// </summary>
    private string? RemoveUnlessOurs()
    {
        return FileStatus.OfPath(_path, out FileStatus status, followLinks: false) == 0
            && status.IsRegularFile && FindObjection(status) is { } objection
            && FileStatus.IsDirectoryOursAlone(_path) && FileDescriptor.Unlink(_path) == 0
            ? objection
            : null;
    }

    private bool TryOpen()
    {
        int descriptor = FileDescriptor.Open(_path, Flags, OwnerOnly);
        if (descriptor < 0)
        {
            return CannotOpen(descriptor == -Errno.LinkLoop
                ? "it is a symbolic link, which is not followed"
                : Errno.Describe(descriptor));
        }

        if (FindObjection(descriptor) is { } reason)
        {
            FileDescriptor.Close(descriptor);
            return CannotOpen(reason);
        }

        _descriptor = descriptor;
        if (_log.IsVerbose)
        {
            _log.Info($"tls_prng_exch_open: opened PRNG exchange file {_path}");
        }

        return true;
    }

    /// <summary>The reason why the file is refused; null when it is accepted.</summary>
    private string? FindObjection(int descriptor)
    {
        int result = FileStatus.OfDescriptor(descriptor, out FileStatus status);
        if (result < 0)
        {
            return Errno.Describe(result);
        }

        return status.IsRegularFile ? FindObjection(status) : "not a regular file";
    }

    private string? FindObjection(FileStatus status) => status.Owner != _owner ? "it belongs to another user"
        : status.IsWritableByOthers ? "it is writable by other users"
        : null;

    /// <summary>Changes the mode to 0600.</summary>
    private void RestrictMode()
    {
        if (FileStatus.OfDescriptor(_descriptor, out FileStatus status) == 0
            && status.IsOpenToOthers && FileDescriptor.RestrictToOwner(_descriptor) == 0)
        {
            _log.Warning($"tls_prng_exch_open: PRNG exchange file {_path} was readable by other users"
                + " -- changed its mode to 0600");
        }
    }

    private ExchangeResult Exchange()
    {
        int count;
        for (int offset = 0; offset < ExchangedBytes; offset += count)
        {
            count = FileDescriptor.ReadAt(_descriptor, _buffer.Span[offset..], offset);
            if (count < 0)
            {
                return Fail("read", count);
            }

            if (count == 0)
            {
                break;
            }
        }

        // The buffer after the end of a short file is zero, which is harmless.
        _pool.Stir(_buffer.Span);
        _pool.DiscardBlock();
        if (!_pool.TryFill(_buffer.Span))
        {
            _outage.ReportFailure($"cannot update PRNG exchange file {_path}: no random bytes");
            return ExchangeResult.Failed;
        }

        for (int offset = 0; offset < ExchangedBytes; offset += count)
        {
            count = FileDescriptor.WriteAt(_descriptor, _buffer.Span[offset..], offset);
            if (count <= 0)
            {
                return Fail("write", count);
            }
        }

        _outage.ReportSuccess();
        return ExchangeResult.Done;
    }

    private bool CannotOpen(string reason)
    {
        _outage.ReportFailure($"tls_prng_exch_open: cannot open PRNG exchange file {_path}: {reason}");
        return false;
    }

    private ExchangeResult Fail(string action, int error)
    {
        _outage.ReportFailure($"cannot {action} PRNG exchange file {_path}: {Errno.Describe(error)}");
        return ExchangeResult.Failed;
    }
}
