// The file of a session cache before and after its use by LMDB: opened as the effective user, checked, locked, and
// truncated when its sessions may not be kept. The process that holds the lock owns the cache. Where the file system
// lacks what a cache needs, it is a file in memory, which LMDB opens through /proc.

using System;
using System.Globalization;
using System.Runtime.InteropServices;
using LightningDB;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Postfix.Logging;
using TlsMgr.Trust;

namespace TlsMgr.Sessions.Files;

/// <summary>A locked cache file that is empty, or is kept if an examination finds it sound.</summary>
internal sealed class CacheFile : IDisposable
{
    private readonly int _descriptor;
    private readonly string _path;
    private readonly CacheFileSettings _settings;
    private readonly CacheFileCheck _check;
    private CacheState? _state;
    private bool _isReleased;

    private CacheFile(
        int descriptor, string path, CacheFileSettings settings, FileStatus status, CacheFileCheck check)
    {
        _descriptor = descriptor;
        _path = path;
        _settings = settings;
        _check = check;
        Identity = status.Identity;
        SizeBytes = status.SizeBytes;
    }

    /// <summary>Device and inode of the file.</summary>
    internal (ulong Device, ulong Inode) Identity { get; }

    /// <summary>The size of the file when it was opened, in bytes.</summary>
    internal long SizeBytes { get; }

    /// <summary>
    /// Whether it holds sessions that are kept if an examination finds it sound; otherwise it is empty.
    /// </summary>
    internal bool MustBeExamined => _check.MayKeep;

    /// <summary>
    /// Opens or creates the file of a cache and locks it. Its content is discarded if it may not be kept; a defect
    /// causes a warning.
    /// </summary>
    /// <param name="name">The database.</param>
    /// <param name="settings">The settings, with the log.</param>
    /// <param name="lockWait">Waits for a process that is releasing the file.</param>
    /// <param name="fault">The reason of a failure; null after success.</param>
    internal static CacheFile? Open(
        CacheDatabaseName name, CacheFileSettings settings, LockWait lockWait, out CacheFileFault? fault)
    {
        string path = name.FilePath;
        fault = CacheFilePath.Open(path, settings.Log, out int descriptor, out FileStatus status);
        if (fault is not null)
        {
            return null;
        }

        CacheFileCheck check = default;
        fault = CacheLock.Acquire(descriptor, name, settings, lockWait)
            ?? DiscardUnlessKept(descriptor, name, settings, out check);
        if (fault is null)
        {
            return new CacheFile(descriptor, path, settings, status, check);
        }

        FileDescriptor.Close(descriptor);
        return null;
    }

    /// <summary>Creates a file in memory; null when the system does not allow it.</summary>
    internal static CacheFile? CreateInMemory(CacheFileSettings settings)
    {
        int descriptor = FileDescriptor.CreateInMemory(settings.DatabaseName);
        if (descriptor < 0)
        {
            return null;
        }

        FileDescriptor.RestrictToOwner(descriptor);
        FileStatus.OfDescriptor(descriptor, out FileStatus status);
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}");
        return new CacheFile(descriptor, path, settings, status, default);
    }

    /// <summary>The path under which LMDB opens it.</summary>
    internal string Path => _path;

    /// <summary>Removes a file that LMDB cannot use, so that the next start does not find it half made.</summary>
    internal void Remove()
    {
        if (FileDescriptor.Unlink(_path) < 0)
        {
            FileDescriptor.Truncate(_descriptor, 0);
        }
    }

    /// <summary>
    /// Whether the previous process handed the file over, and nothing has touched it since: true once. To be called as
    /// the user who serves.
    /// </summary>
    internal bool TakeHandover() => _check.IsOfThisBoot && CacheHandover.TryTake(_check.Status, _check.Run);

    /// <summary>
    /// Whether the next process may take its pages for sound: all were examined, or written by this process.
    /// </summary>
    internal bool IsSound { get; set; }

    /// <summary>Asks whether LMDB has found no damage since.</summary>
    internal Func<bool> IsStoreIntact { get; set; } = static () => true;

    /// <summary>Begins to examine the file, which must not be changed before the end.</summary>
    /// <param name="skipsLeaves">Whether its leaf pages are known to be sound.</param>
    internal LmdbExamination BeginExamination(bool skipsLeaves) => new(_descriptor, skipsLeaves);

    /// <summary>
    /// Discards the content of a file that was examined, with one warning; LMDB may have it open.
    /// </summary>
    /// <param name="examination">The examination, which found a fault.</param>
    /// <returns>0, or the negative of an <see cref="Errno"/>.</returns>
    internal int Discard(LmdbExamination examination)
    {
        LogDiscard(_settings.Log, _path, CacheFileCheck.Describe(examination.Kind));
        return LmdbFile.Empty(_descriptor, examination.PageBytes);
    }

    /// <summary>Why LMDB cannot use the file, in the words of Postfix.</summary>
    internal string DescribeFault(MDBResultCode code) => $"open database {_path}: {code.Describe()}";

    /// <summary>
    /// Records in the file that this process uses it: after LMDB has created the file, and before the first change.
    /// </summary>
    /// <returns>0, or the negative of an <see cref="Errno"/>.</returns>
    internal int MarkOpen()
    {
        ulong run = 0;
        KernelRandom.TryFill(MemoryMarshal.AsBytes(new Span<ulong>(ref run)));
        CacheHolder holder = new(Environment.ProcessId, _settings.Instance);
        CacheState state = new(IsClosed: false, run, _settings.BootId, holder);
        if (!_settings.Persists)
        {
            return state.WriteNothing(_descriptor);
        }

        _state = state;
        Span<byte> salt = stackalloc byte[TrustRecord.SaltBytes];
        KernelRandom.TryFill(salt);
        int result = state.Write(
            _descriptor, TrustRecord.Write(_settings.Trust, salt, CacheState.MaximumTrustBytes));

        // After a crash of the machine, a file with part of this process's changes must not be marked closed.
        return result == 0 && _check.WasClosed ? FileDescriptor.FlushData(_descriptor) : result;
    }

    /// <summary>
    /// Releases the lock for the next process, with a checksum of the file. This process must not change the file
    /// afterwards.
    /// </summary>
    internal void Release()
    {
        if (_state is { } state && !_isReleased)
        {
            ReleaseMark.Write(_descriptor, state.Run, _settings.Clock);
            HandOver(state);
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
            HandOver(state);
        }
    }

    /// <summary>Closes the file, which releases the lock.</summary>
    public void Dispose() => FileDescriptor.Close(_descriptor);

    private void HandOver(CacheState state)
    {
        if (IsSound && IsStoreIntact())
        {
            CacheHandover.Write(_descriptor, state.Run);
        }
    }

    private static CacheFileFault? DiscardUnlessKept(
        int descriptor, CacheDatabaseName name, CacheFileSettings settings, out CacheFileCheck check)
    {
        string path = name.FilePath;
        check = CacheFileCheck.Of(descriptor, settings);
        if (check.Fault is not null)
        {
            LogDiscard(settings.Log, path, check.Fault);
        }
        else if (check.Distrust is { } reason)
        {
            settings.Log.Write(
                check.IsDistrustFault ? LogSeverity.Warning : LogSeverity.Info,
                $"{settings.CacheName} TLS cache {name}: {reason} -- starting with an empty cache");
        }

        int result = check.MayKeep ? 0 : FileDescriptor.Truncate(descriptor, 0);
        return result < 0 ? new CacheFileFault($"truncate database {path}: {Errno.Describe(result)}") : null;
    }

    private static void LogDiscard(Log log, string path, string? fault) =>
        log.Warning($"{path}: {fault} -- starting with an empty cache");
}
