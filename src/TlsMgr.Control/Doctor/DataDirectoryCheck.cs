using System.Collections.Generic;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>data_directory: whether it exists, belongs to mail_owner alone, and can be written to.</summary>
internal static class DataDirectoryCheck
{
    private const string Name = "data_directory";
    private const int UsableByOwner = 0b011_000_000;
    private const int WritableByOthers = 0b000_010_010;

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        string path = examined.Installation.Postfix.DataDirectory;
        string owner = examined.Owner.Name;
        int result = FileStatus.OfPath(path, out FileStatus status);
        if (result < 0)
        {
            yield return new(
                Name, Verdict.Fault, $"{path}: {Errno.Describe(result)}", $"install -d -m 700 -o {owner} {path}");
        }
        else if (status.Owner != examined.Owner.UserId)
        {
            yield return new(
                Name, Verdict.Fault, $"{path} does not belong to {owner}: no cache and no exchange file there",
                $"chown {owner} {path}, if only Postfix uses it; else set data_directory to another");
        }
        else if ((status.Permissions & WritableByOthers) != 0)
        {
            yield return new(
                Name, Verdict.Fault, $"{path} can be written to by others than {owner}", $"chmod go-w {path}");
        }
        else if ((status.Permissions & UsableByOwner) != UsableByOwner)
        {
            yield return new(
                Name, Verdict.Fault, $"{path} cannot be written to by {owner}: no session can be stored",
                $"chmod u=rwx {path}, then postfix reload");
        }
        else
        {
            yield return FileSystemFault(path) ?? new(Name, Verdict.Ok, $"{path} belongs to {owner}");
        }
    }

    private static Finding? FileSystemFault(string path)
    {
        int directory = FileDescriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        if (directory < 0)
        {
            return null;
        }

        Finding? fault = FileSystemSpace.IsReadOnly(directory)
            ? new(
                Name, Verdict.Fault, $"{path} is on a file system that is read-only: no session can be stored",
                "mount it for writing, then postfix reload")
            : FileSystemSpace.IsFull(directory)
                ? new(
                    Name, Verdict.Fault, $"{path} is on a file system that is full: new sessions are not stored",
                    $"free space there; df {path} shows how much is left")
                : null;
        FileDescriptor.Close(directory);
        return fault;
    }
}
