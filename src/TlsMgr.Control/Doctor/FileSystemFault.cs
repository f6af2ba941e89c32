using System;
using System.IO;
using System.Linq;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>Directories in which no file can be created, by their file system or an attribute.</summary>
internal static class FileSystemFault
{
    private const int MountPointField = 4;

    /// <summary>The fault of a directory; null when files can be created there.</summary>
    internal static Finding? Find(ExaminedInstallation examined, string check, string path)
    {
        if (FileStatus.OfPath(path, out FileStatus status) == 0 && status.IsImmutable)
        {
            return new(
                check, Verdict.Fault, $"{path} cannot be changed, by its attribute i",
                examined.Remedies.Run($"chattr -i {ShellText.Quote(path)}"));
        }

        int directory = FileDescriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        if (directory < 0)
        {
            return null;
        }

        Finding? fault = FileSystemSpace.IsReadOnly(directory)
            ? new(
                check, Verdict.Fault, $"{path} is on a file system that is read-only: no session can be stored",
                examined.Remedies.Run($"mount -o remount,rw {ShellText.Quote(MountPointOf(path))}"))
            : FileSystemSpace.IsFull(directory)
                ? new(
                    check, Verdict.Fault, $"{path} is on a file system that is full: new sessions are not stored",
                    Remedy.Advise(
                        $"free space there, as df {ShellText.Quote(path)} shows it; then {examined.Remedies.Apply}"))
                : null;
        FileDescriptor.Close(directory);
        return fault;
    }

    /// <summary>
    /// The mount point of the file system that holds a directory; the directory itself when it is unknown.
    /// </summary>
    private static string MountPointOf(string path)
    {
        try
        {
            // The last one that matches is on top of the others.
            return File.ReadLines("/proc/self/mountinfo")
                .Select(static line => line.Split(' ').ElementAtOrDefault(MountPointField) ?? "")
                .Where(point => point == "/" || path == point
                    || path.StartsWith(point + "/", StringComparison.Ordinal))
                .OrderBy(static point => point.Length).LastOrDefault() ?? path;
        }
        catch (IOException)
        {
            return path;
        }
    }
}
