using System.IO;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>The directories of caches and exchange file: whether they belong to mail_owner.</summary>
internal static class Directories
{
    /// <summary>Checks the directory of a file; null when it is usable.</summary>
    internal static Finding? FindFault(string check, string file, UserAccount owner, string remedy)
    {
        string directory = Path.GetDirectoryName(file) is { Length: > 0 } name ? name : ".";
        int result = FileStatus.OfPath(directory, out FileStatus status);
        if (result < 0)
        {
            return new(check, Verdict.Fault, $"{file}: {directory}: {Errno.Describe(result)}", remedy);
        }

        return status.Owner == owner.UserId ? null : new(
            check, Verdict.Note, $"{file}: {directory} does not belong to {owner.Name}; data_directory is used instead",
            remedy);
    }
}
