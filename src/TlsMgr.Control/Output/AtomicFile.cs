using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Output;

/// <summary>A file that is replaced by rename: its readers see the old text or the new one.</summary>
internal static class AtomicFile
{
    private const uint ReadableByAll = 0b110_100_100;
    private const OpenFlags NewFile =
        OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.CloseOnExec;

    /// <summary>Writes a text to FILE.new, and renames that to FILE.</summary>
    /// <exception cref="UnwritableException">
    /// <c>write FILE: REASON</c>; the old file stays. A device or a symbolic link is not replaced.
    /// </exception>
    internal static void Write(string path, string text)
    {
        if (FileStatus.OfPath(path, out FileStatus status, followLinks: false) == 0 && !status.IsRegularFile)
        {
            throw new UnwritableException($"write {path}: it is no regular file");
        }

        // Another user of the directory can have left a link of this name: it is removed, and never followed.
        string fresh = path + ".new";
        FileDescriptor.Unlink(fresh);
        int file = FileDescriptor.Open(fresh, NewFile, ReadableByAll);
        int result = file < 0 ? file : Fill(file, text);
        result = result < 0 ? result : FileDescriptor.Rename(fresh, path);
        if (result < 0)
        {
            FileDescriptor.Unlink(fresh);
            throw new UnwritableException($"write {path}: {Errno.Describe(result)}");
        }
    }

    private static int Fill(int file, string text)
    {
        int result = StandardDescriptors.Write(file, text);

        // For the collector, which is not root, whatever the umask is.
        result = result < 0 ? result : FileDescriptor.LetAllRead(file);
        int closed = FileDescriptor.Close(file);
        return result < 0 ? result : closed;
    }
}
