// The file of a session cache before LMDB sees it and after: opened as the effective user, checked, locked, and emptied
// when it is not whole. One process owns a cache, for as long as it has the lock. Must never map the file, follow a
// link, or touch a file that is somebody else's.

using System;
using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Sessions.Files;

/// <summary>A locked cache file that is empty or whole.</summary>
internal sealed class CacheFile : IDisposable
{
    private const uint OwnerOnly = 0x180;

    private readonly int _descriptor;
    private readonly bool _wasClosed;
    private CacheState? _state;

    private CacheFile(int descriptor, (ulong Device, ulong Inode) identity, bool wasClosed)
    {
        _descriptor = descriptor;
        _wasClosed = wasClosed;
        Identity = identity;
    }

    /// <summary>Device and inode of the file.</summary>
    internal (ulong Device, ulong Inode) Identity { get; }

    /// <summary>
    /// Opens the file of a cache, or makes it, and locks it. What it holds is kept when it is whole and may be kept,
    /// and otherwise removed; what should not have happened to it is warned about.
    /// </summary>
    /// <param name="name">The database.</param>
    /// <param name="settings">What may be kept, and the log.</param>
    /// <param name="patience">How long to wait for a process that is just leaving.</param>
    /// <param name="time">The time for examining what the files hold.</param>
    /// <param name="fault">Why there is no file, in Postfix's words; empty when there is one.</param>
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
            ?? EmptyUnlessWhole(descriptor, path, settings, time, out wasClosed)
            ?? string.Empty;
        if (fault.Length == 0)
        {
            return new CacheFile(descriptor, status.Identity, wasClosed);
        }

        FileDescriptor.Close(descriptor);
        return null;
    }

    /// <summary>
    /// Writes down that this process is at work in the file: when LMDB has made it, and before anything is changed.
    /// </summary>
    /// <returns>0, or the negative of an <see cref="Errno"/>.</returns>
    internal int MarkOpen(string bootId)
    {
        ulong run = 0;
        KernelRandom.TryFill(MemoryMarshal.AsBytes(new Span<ulong>(ref run)));
        _state = new CacheState(IsClosed: false, run, bootId);
        int answer = _state.Value.Write(_descriptor);

        // After a crash of the machine the disk must not say "closed" beside half of what we have changed.
        return answer == 0 && _wasClosed ? FileDescriptor.FlushData(_descriptor) : answer;
    }

    /// <summary>Lets the next process have the file. Nothing may change it through us from here on.</summary>
    internal void Release() => FileLock.Release(_descriptor);

    /// <summary>
    /// When the file was released: has the disk take everything, and writes down that it has. That may take long, so
    /// the lock is not held; when another process has come for the file, what it is like is no longer ours to say.
    /// </summary>
    internal void MarkClosed()
    {
        if (_state is { } state && FileDescriptor.FlushData(_descriptor) == 0
            && FileLock.TryExclusive(_descriptor) == 0 && CacheState.Read(_descriptor) == state)
        {
            (state with { IsClosed = true }).Write(_descriptor);
        }
    }

    /// <summary>Closes the file, and with that gives the lock back.</summary>
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

    /// <summary>What is in the file so far, others may have read.</summary>
    private static string? KeepFromOthers(int descriptor, string path, FileStatus status, Log log)
    {
        if (!status.IsOpenToOthers)
        {
            return null;
        }

        int answer = FileDescriptor.KeepFromOthers(descriptor);
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
        int descriptor, string path, CacheFileSettings settings, ExaminationTime time, out bool wasClosed)
    {
        CacheExamination found = CacheExamination.Of(descriptor, settings, time);
        wasClosed = found.WasClosed;
        if (found.Fault is { } fault)
        {
            settings.Log.Warning($"{path}: {fault} -- starting with an empty cache");
        }

        int answer = found.IsWhole ? 0 : FileDescriptor.Truncate(descriptor, 0);
        return answer < 0 ? $"truncate database {path}: {Errno.Describe(answer)}" : null;
    }
}

/// <summary>
/// How long the start may still wait for locks, all caches together: at a reload the process before us is just leaving.
/// </summary>
/// <param name="wait">Waits for a number of milliseconds.</param>
internal sealed class LockPatience(Action<int> wait)
{
    private int _left = CacheFileLimits.LockRetries;

    /// <summary>Waits a little; false when there is no time left.</summary>
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
