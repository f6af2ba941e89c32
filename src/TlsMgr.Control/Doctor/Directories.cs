// Whether a file of the daemon can be where the configuration has it: in a directory of mail_owner.

using System.IO;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>The directories of caches and exchange file.</summary>
internal static class Directories
{
    /// <summary>What is wrong with the directory of a file; null when nothing is.</summary>
    internal static Finding? FindFault(string check, string file, UserAccount owner, string remedy)
    {
        string directory = Path.GetDirectoryName(file) is { Length: > 0 } name ? name : ".";
        int answer = FileStatus.OfPath(directory, out FileStatus status);
        if (answer < 0)
        {
            return new(check, Verdict.Fault, $"{file}: {directory}: {Errno.Describe(answer)}", remedy);
        }

        return status.Owner == owner.UserId ? null : new(
            check, Verdict.Note, $"{file}: {directory} does not belong to {owner.Name}; data_directory is taken",
            remedy);
    }
}
