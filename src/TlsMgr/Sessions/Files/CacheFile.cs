// The file of a session cache before and after its use by LMDB: opened as the effective user, checked, locked, and
// truncated when it is not complete. The process that holds the lock owns the cache. Symbolic links are not followed,
// and files of other users are not changed.

using System;
using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;
using TlsMgr.Trust;

namespace TlsMgr.Sessions.Files;

/// <summary>A locked cache file that is empty or complete.</summary>
internal sealed class CacheFile : IDisposable
{
    private const uint OwnerOnly = 0x180;

    private readonly int _descriptor;
    private readonly bool _wasClosed;
    private CacheState? _state;
    private TimeProvider _clock = TimeProvider.System;
    private bool _isReleased;

    private CacheFile(int descriptor, (ulong Device, ulong Inode) identity, bool wasClosed)
    {
        _descriptor = descriptor;
        _wasClosed = wasClosed;
        Identity = identity;
    }

    /// <summary>Device and inode of the file.</summary>
    internal (ulong Device, ulong Inode) Identity { get; }

    /// <summary>
    /// Opens or creates the file of a cache and locks it. Its content is kept if it is complete and may be kept, and
    /// discarded otherwise; a defect causes a warning.
    /// </summary>
    /// <param name="name">The database.</param>
    /// <param name="settings">The settings, with the log.</param>
    /// <param name="patience">The limit of waiting for a process that is releasing the file.</param>
    /// <param name="time">The time limit for examining files.</param>
    /// <param name="fault">The reason of a failure, with the text of Postfix; empty after success.</param>
    internal static CacheFile? Open(
        CacheDatabaseName name, CacheFileSettings settings, LockPatience patience, ExaminationTime time,
        out string fault)
    {
        string path = name.FilePath;
        int descriptor = FileDescriptor.Open(
            path,
            OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow | OpenFlags.CloseOnExec | OpenFlags.NonBlocking,
            OwnerOnly);
        if (descriptor < 0)
        {
            fault = $"open database {path}: {Errno.Describe(descriptor)}";
            return null;
        }

        bool wasClosed = false;
        fault = Check(descriptor, path, out FileStatus status)
            ?? KeepFromOthers(descriptor, path, status, settings.Log)
            ?? Lock(descriptor, name, patience)
            ?? EmptyUnlessWhole(descriptor, name, settings, time, out wasClosed)
            ?? string.Empty;
        if (fault.Length == 0)
        {
            return new CacheFile(descriptor, status.Identity, wasClosed);
        }

        FileDescriptor.Close(descriptor);
        return null;
    }

    /// <summary>
    /// Records in the file that this process uses it: after LMDB has created the file, and before the first change.
    /// </summary>
    /// <returns>0, or the negative of an <see cref="Errno"/>.</returns>
    internal int MarkOpen(CacheFileSettings settings)
    {
        ulong run = 0;
        KernelRandom.TryFill(MemoryMarshal.AsBytes(new Span<ulong>(ref run)));
        _state = new CacheState(IsClosed: false, run, settings.BootId);
        _clock = settings.Clock;
        Span<byte> salt = stackalloc byte[TrustRecord.SaltBytes];
        KernelRandom.TryFill(salt);
        int answer = _state.Value.Write(
            _descriptor, TrustRecord.Write(settings.Trust, salt, CacheState.MaximumTrustBytes));

        // After a crash of the machine, a file with part of this process's changes must not be marked closed.
        return answer == 0 && _wasClosed ? FileDescriptor.FlushData(_descriptor) : answer;
    }

    /// <summary>
    /// Releases the lock for the next process, with a checksum of the file. This process must not change the file
    /// afterwards.
    /// </summary>
    internal void Release()
    {
        if (_state is { } state && !_isReleased)
        {
            ReleaseMark.Write(_descriptor, state.Run, _clock);
        }

        _isReleased = true;
        FileLock.Release(_descriptor);
    }

    /// <summary>
    /// After <see cref="Release"/>: flushes the file to disk and then marks it closed. Flushing may take long, so it is
    /// done without the lock; a file that another process has opened in between is not marked.
    /// </summary>
    internal void MarkClosed()
    {
        if (_state is { } state && FileDescriptor.FlushData(_descriptor) == 0
            && FileLock.TryExclusive(_descriptor) == 0 && CacheState.Read(_descriptor) == state)
        {
            (state with { IsClosed = true }).Write(_descriptor);
        }
    }

    /// <summary>Closes the file, which releases the lock.</summary>
    public void Dispose() => FileDescriptor.Close(_descriptor);

    private static string? Check(int descriptor, string path, out FileStatus status)
    {
        int answer = FileStatus.OfDescriptor(descriptor, out status);
        if (answer < 0)
        {
            return $"open database {path}: {Errno.Describe(answer)}";
        }

        if (!status.IsRegularFile)
        {
            return $"open database {path}: not a regular file";
        }

        if (status.Owner != UserIdentity.EffectiveUserId)
        {
            return $"open database {path}: file is owned by user id {status.Owner}";
        }

        return status.IsWritableByOthers
            ? $"open database {path}: file is writable by other users"
            : null;
    }

    /// <summary>Restricts the mode to 0600; other users may have read the present content.</summary>
    private static string? KeepFromOthers(int descriptor, string path, FileStatus status, Log log)
    {
        if (!status.IsOpenToOthers)
        {
            return null;
        }

        int answer = FileDescriptor.RestrictToOwner(descriptor);
        if (answer < 0)
        {
            return $"open database {path}: file is readable by other users";
        }

        log.Warning($"open database {path}: file was readable by other users -- changed its mode to 0600");
        return null;
    }

    private static string? Lock(int descriptor, CacheDatabaseName name, LockPatience patience)
    {
        int answer;
        do
        {
            answer = FileLock.TryExclusive(descriptor);
        }
        while (answer is -Errno.TryAgain or -Errno.AccessDenied && patience.Wait());

        return answer < 0 ? $"{name}: unable to get exclusive lock: {Errno.Describe(answer)}" : null;
    }

    private static string? EmptyUnlessWhole(
        int descriptor, CacheDatabaseName name, CacheFileSettings settings, ExaminationTime time, out bool wasClosed)
    {
        string path = name.FilePath;
        CacheExamination found = CacheExamination.Of(descriptor, settings, time);
        wasClosed = found.WasClosed;
        if (found.Fault is { } fault)
        {
            settings.Log.Warning($"{path}: {fault} -- starting with an empty cache");
        }
        else if (found.Distrust is { } reason)
        {
            settings.Log.Write(
                found.IsDistrustFault ? LogSeverity.Warning : LogSeverity.Info,
                $"{settings.CacheName} TLS cache {name}: {reason} -- starting with an empty cache");
        }

        int answer = found.IsWhole ? 0 : FileDescriptor.Truncate(descriptor, 0);
        return answer < 0 ? $"truncate database {path}: {Errno.Describe(answer)}" : null;
    }
}

/// <summary>
/// Limits the time that the start waits for locks, for all caches together: at a reload the previous process is just
/// exiting.
/// </summary>
/// <param name="wait">Waits for a number of milliseconds.</param>
internal sealed class LockPatience(Action<int> wait)
{
    private int _left = CacheFileLimits.LockRetries;

    /// <summary>Waits once; false when no retries are left.</summary>
    internal bool Wait()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        wait(CacheFileLimits.LockRetryMilliseconds);
        return true;
    }
}
