// Opens the file under a cache's path, as the effective user, and creates it where there is none. A file that others
// own or may write keeps no secrets: where the directory is ours alone it is removed and made anew. A file that was
// just made and has another owner or mode lies on a file system that does not keep them (forced by a mount option), and
// a directory that others may write keeps nothing from them: the cache is then held in memory. Symbolic links are not
// followed.

using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Sessions.Files;

/// <summary>The path of a cache file.</summary>
internal static class CacheFilePath
{
    private const uint OwnerOnly = 0x180; // 0600
    private const OpenFlags Flags =
        OpenFlags.ReadWrite | OpenFlags.NoFollow | OpenFlags.CloseOnExec | OpenFlags.NonBlocking;

    /// <summary>Opens or creates the file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="log">Receives a warning when the file is mended or made anew.</param>
    /// <param name="descriptor">The open file, unless a fault is returned.</param>
    /// <param name="status">Its status.</param>
    /// <returns>Why the file cannot be used; null after success.</returns>
    internal static CacheFileFault? Open(string path, Log log, out int descriptor, out FileStatus status)
    {
        status = default;
        descriptor = FileDescriptor.Open(path, Flags);
        CacheFileFault? fault = descriptor switch
        {
            >= 0 => FindObjection(descriptor, path, out status),
            -Errno.NoEntry => Create(path, out descriptor, out status),
            -Errno.AccessDenied when IsOfAnother(path, out uint owner) => NotOurs(path, owner),
            -Errno.LinkLoop => Fault(path, "it is a symbolic link, which is not followed"),
            _ => Fault(path, Errno.Describe(descriptor)),
        };
        if (fault is { AllowsMemory: true } && FileStatus.IsDirectoryOursAlone(path))
        {
            FileDescriptor.Close(descriptor);
            descriptor = -1;
            string objection = fault.Text;
            fault = FileDescriptor.Unlink(path) == 0 ? Create(path, out descriptor, out status) : fault;
            if (fault is null)
            {
                log.Warning($"{objection} -- removed and made anew");
            }
        }

        fault ??= KeepFromOthers(descriptor, path, status, log);
        if (fault is not null && descriptor >= 0)
        {
            FileDescriptor.Close(descriptor);
        }

        return fault;
    }

    private static CacheFileFault? Create(string path, out int descriptor, out FileStatus status)
    {
        status = default;
        descriptor = FileDescriptor.Open(path, Flags | OpenFlags.Create | OpenFlags.Exclusive, OwnerOnly);
        if (descriptor < 0)
        {
            return Fault(path, Errno.Describe(descriptor));
        }

        if (FindObjection(descriptor, path, out status) is not { } objection)
        {
            return null;
        }

        FileDescriptor.Unlink(path);
        return objection.AllowsMemory
            ? new CacheFileFault($"the file system of {path} does not keep owners and modes", AllowsMemory: true)
            : objection;
    }

    private static CacheFileFault? FindObjection(int descriptor, string path, out FileStatus status)
    {
        int result = FileStatus.OfDescriptor(descriptor, out status);
        if (result < 0)
        {
            return Fault(path, Errno.Describe(result));
        }

        if (!status.IsRegularFile)
        {
            return Fault(path, "not a regular file");
        }

        if (status.Owner != UserIdentity.EffectiveUserId)
        {
            return NotOurs(path, status.Owner);
        }

        return status.IsWritableByOthers
            ? new CacheFileFault($"open database {path}: file is writable by other users", AllowsMemory: true)
            : null;
    }

    /// <summary>Restricts the mode to 0600; other users may have read the present content.</summary>
    private static CacheFileFault? KeepFromOthers(int descriptor, string path, FileStatus status, Log log)
    {
        if (!status.IsOpenToOthers)
        {
            return null;
        }

        if (FileDescriptor.RestrictToOwner(descriptor) < 0
            || FileStatus.OfDescriptor(descriptor, out FileStatus changed) < 0 || changed.IsOpenToOthers)
        {
            return new CacheFileFault($"open database {path}: file is readable by other users", AllowsMemory: true);
        }

        log.Warning($"open database {path}: file was readable by other users -- changed its mode to 0600");
        return null;
    }

    private static CacheFileFault Fault(string path, string reason) => new($"open database {path}: {reason}");

    private static CacheFileFault NotOurs(string path, uint owner) =>
        new($"open database {path}: file is owned by user id {owner}", AllowsMemory: true);

    private static bool IsOfAnother(string path, out uint owner)
    {
        bool isFile = FileStatus.OfPath(path, out FileStatus status, followLinks: false) == 0 && status.IsRegularFile;
        owner = status.Owner;
        return isFile && owner != UserIdentity.EffectiveUserId;
    }
}
