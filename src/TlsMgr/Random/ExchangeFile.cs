// The PRNG exchange file (tls_random_exchange_name): what it holds is stirred in, and new output takes its place, so
// that a new process starts from what the old one knew. Other processes may use it too, hence the lock. Must never
// write when the pool fails, never follow a symbolic link, and never wait for the lock once serving.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Random;

/// <summary>How an update ended.</summary>
internal enum ExchangeResult
{
    /// <summary>The file is up to date.</summary>
    Done,

    /// <summary>It did not work; the log knows.</summary>
    Failed,

    /// <summary>Somebody else holds the lock.</summary>
    Locked,

    /// <summary>The file was removed while it was open.</summary>
    Removed,
}

/// <summary>The exchange file. All calls that touch it are made by the event loop's thread.</summary>
internal sealed class ExchangeFile : IDisposable
{
    /// <summary>Bytes read and written. A longer file keeps the rest, as with the original.</summary>
    internal const int ExchangedBytes = 1024;

    private const uint OwnerOnly = 0x180; // 0600
    private const OpenFlags Flags =
        OpenFlags.ReadWrite | OpenFlags.NoFollow | OpenFlags.NonBlocking | OpenFlags.CloseOnExec;

    private readonly string _path;
    private readonly JailPath _jail;
    private readonly RandomPool _pool;
    private readonly Log _log;
    private readonly OutageWarning _spell;
    private readonly LockedMemory _buffer = new(ExchangedBytes);
    private int _descriptor = -1;
    private uint _owner;

    /// <summary>Opens nothing yet.</summary>
    internal ExchangeFile(string path, JailPath jail, RandomPool pool, Log log)
    {
        _path = path;
        _jail = jail;
        _pool = pool;
        _log = log;
        _spell = new OutageWarning(log, $"PRNG exchange file {path}");
    }

    /// <summary>Opens the file, or makes it, as the effective user.</summary>
    internal void Open()
    {
        _owner = UserIdentity.EffectiveUserId;
        if (TryOpen(Flags | OpenFlags.Create))
        {
            KeepFromOthers();
        }
    }

    /// <summary>Reads, stirs, and writes new output, under the lock.</summary>
    internal ExchangeResult Update()
    {
        // Not made anew here: the process may run as another user now, whose file the next start could not open.
        if (_descriptor < 0 && !TryOpen(Flags))
        {
            return ExchangeResult.Failed;
        }

        if (FileStatus.OfDescriptor(_descriptor, out FileStatus status) == 0 && status.Links == 0)
        {
            return ExchangeResult.Removed;
        }

        int answer = FileLock.TryExclusive(_descriptor);
        if (answer < 0)
        {
            return answer is -Errno.TryAgain or -Errno.AccessDenied ? ExchangeResult.Locked : Fail("lock", answer);
        }

        ExchangeResult result = Exchange();
        _buffer.Erase();
        FileLock.Release(_descriptor);
        return result;
    }

    /// <summary>Tells that somebody else has kept the lock.</summary>
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

    private bool TryOpen(OpenFlags flags)
    {
        int descriptor = FileDescriptor.Open(_jail.Resolve(_path), flags, OwnerOnly);
        if (descriptor < 0)
        {
            return CannotOpen(Errno.Describe(descriptor));
        }

        if (Refuse(descriptor) is { } reason)
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

    /// <summary>Why this file is not taken; null when it is.</summary>
    private string? Refuse(int descriptor)
    {
        int answer = FileStatus.OfDescriptor(descriptor, out FileStatus status);
        if (answer < 0)
        {
            return Errno.Describe(answer);
        }

        if (!status.IsRegularFile)
        {
            return "not a regular file";
        }

        return status.Owner != _owner ? "it belongs to another user"
            : status.IsWritableByOthers ? "it is writable by other users"
            : null;
    }

    /// <summary>
    /// Only at the start, before the sandbox. When the file is opened anew, what others may read is no loss: the
    /// kernel's random bytes are stirred in as well.
    /// </summary>
    private void KeepFromOthers()
    {
        if (FileStatus.OfDescriptor(_descriptor, out FileStatus status) == 0
            && status.IsOpenToOthers && FileDescriptor.KeepFromOthers(_descriptor) == 0)
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

        // The room behind a short file's end is zero, which does no harm.
        _pool.Stir(_buffer.Span);
        _pool.DiscardBlock();
        if (!_pool.TryFill(_buffer.Span))
        {
            _spell.Failed($"cannot update PRNG exchange file {_path}: no random bytes");
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

        _spell.Worked();
        return ExchangeResult.Done;
    }

    private bool CannotOpen(string reason)
    {
        _spell.Failed($"tls_prng_exch_open: cannot open PRNG exchange file {_path}: {reason}");
        return false;
    }

    private ExchangeResult Fail(string action, int error)
    {
        _spell.Failed($"cannot {action} PRNG exchange file {_path}: {Errno.Describe(error)}");
        return ExchangeResult.Failed;
    }
}
