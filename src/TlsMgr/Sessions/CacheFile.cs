// The file of a session cache before LMDB sees it: opened as the effective user, checked, locked and emptied. One
// process owns a cache; the lock lasts as long as the descriptor. Must never map the file, follow a link, or touch a
// file that is somebody else's.

using System;
using System.Text;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Sessions;

/// <summary>An empty, locked cache file.</summary>
internal sealed class CacheFile : IDisposable
{
    private const uint OwnerOnly = 0x180;
    private const int WritableByOthers = 0x12;

    private readonly int _descriptor;

    private CacheFile(int descriptor, (ulong Device, ulong Inode) identity)
    {
        _descriptor = descriptor;
        Identity = identity;
    }

    /// <summary>Device and inode of the file.</summary>
    internal (ulong Device, ulong Inode) Identity { get; }

    /// <summary>
    /// Opens the file of a cache, or makes it, and leaves it empty and locked. A file that held something else than a
    /// cache of ours is warned about. The cache starts empty every time: nothing of an old file is worth a crash.
    /// </summary>
    /// <param name="name">The database.</param>
    /// <param name="patience">How long to wait for a process that is just leaving.</param>
    /// <param name="log">Where the warning goes.</param>
    /// <param name="fault">Why there is no file, in Postfix's words; empty when there is one.</param>
    internal static CacheFile? Open(CacheDatabaseName name, LockPatience patience, Log log, out string fault)
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

        fault = Check(descriptor, path, out FileStatus status)
            ?? Lock(descriptor, name, patience)
            ?? Empty(descriptor, path, log)
            ?? string.Empty;
        if (fault.Length == 0)
        {
            return new CacheFile(descriptor, status.Identity);
        }

        FileDescriptor.Close(descriptor);
        return null;
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

        return (status.Permissions & WritableByOthers) != 0
            ? $"open database {path}: file is writable by other users"
            : null;
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

    private static string? Empty(int descriptor, string path, Log log)
    {
        string? finding = LightningFile.Examine(descriptor, Encoding.UTF8.GetBytes(SessionEntry.DatabaseName)) switch
        {
            LightningFileKind.Empty or LightningFileKind.Ours => null,
            LightningFileKind.Foreign => "it holds something else than TLS sessions of this version",
            LightningFileKind.CutShort => "it was cut short",
            LightningFileKind.Unreadable => "it cannot be read",
            _ => "it is damaged, or not an LMDB file",
        };
        if (finding is not null)
        {
            log.Warning($"{path}: {finding} -- starting with an empty cache");
        }

        int answer = FileDescriptor.Truncate(descriptor, 0);
        return answer < 0 ? $"truncate database {path}: {Errno.Describe(answer)}" : null;
    }
}

/// <summary>
/// How long the start may still wait for locks, all caches together: at a reload the process before us is just leaving.
/// </summary>
/// <param name="wait">Waits for a number of milliseconds.</param>
internal sealed class LockPatience(Action<int> wait)
{
    private int _left = CacheLimits.LockRetries;

    /// <summary>Waits a little; false when there is no time left.</summary>
    internal bool Wait()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        wait(CacheLimits.LockRetryMilliseconds);
        return true;
    }
}
