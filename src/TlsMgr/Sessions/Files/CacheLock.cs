// The lock on a cache file: the process that holds it owns the cache. At a reload the previous process of this Postfix
// is just exiting, which is worth a moment; the daemon of another instance is not leaving.

using TlsMgr.Native.Libc;

namespace TlsMgr.Sessions.Files;

/// <summary>Locks cache files.</summary>
internal static class CacheLock
{
    /// <summary>Locks an open file. Returns why it cannot be locked; null after success.</summary>
    /// <param name="descriptor">The file.</param>
    /// <param name="name">The database, for the log.</param>
    /// <param name="settings">The settings of the file.</param>
    /// <param name="lockWait">Waits for a process that is leaving.</param>
    internal static CacheFileFault? Acquire(
        int descriptor, CacheDatabaseName name, CacheFileSettings settings, LockWait lockWait)
    {
        int result = FileLock.TryExclusive(descriptor);
        while (result is -Errno.TryAgain or -Errno.AccessDenied)
        {
            CacheHolder holder = CacheHolder.Find(descriptor);
            if (!holder.MayBeLeaving(settings.Instance) || !lockWait.TryWait())
            {
                return new CacheFileFault(
                    $"{name}: unable to get exclusive lock: {Errno.Describe(result)}{holder.Describe()}");
            }

            result = FileLock.TryExclusive(descriptor);
        }

        return result < 0
            ? new CacheFileFault(
                $"{name}: unable to get exclusive lock: {Errno.Describe(result)}",
                AllowsMemory: result is -Errno.NoLocks or -Errno.NotSupported or -Errno.InvalidArgument)
            : null;
    }
}
