using System.IO;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>The directories of caches and exchange file: whether mail_owner can use them.</summary>
internal static class Directories
{
    /// <summary>Checks the directory of a file that the daemon uses; null when it is usable.</summary>
    /// <param name="examined">The installation.</param>
    /// <param name="check">The name of the check.</param>
    /// <param name="file">The path, after the redirection to data_directory.</param>
    /// <param name="another">The remedy that sets another path.</param>
    internal static Finding? FindFault(ExaminedInstallation examined, string check, string file, Remedy another)
    {
        string directory = DirectoryOf(file);
        int result = FileStatus.OfPath(directory, out _);
        if (result < 0)
        {
            return DoctorPrivileges.FindLimit(check, directory, result)
                ?? new(check, Verdict.Fault, $"{file}: {directory}: {Errno.Describe(result)}", another)
                {
                    // A fault of data_directory itself is reported as that.
                    Observes = directory == examined.Installation.Postfix.DataDirectory
                        ? Effects.Directory
                        : Effects.None,
                };
        }

        if (examined.IsDataDirectory(directory))
        {
            return null;
        }

        return MailOwnerAccess.FindBarrier(file, examined.Owner) is { } barrier
            ? new(
                check, Verdict.Fault, $"{file}: {examined.Owner.Name} may not enter {barrier}",
                examined.Remedies.Run($"chmod a+x {ShellText.Quote(barrier)}"))
            : FileSystemFault.Find(examined, check, directory);
    }

    /// <summary>The note that a file is in data_directory, because its own directory is another user's.</summary>
    internal static Finding? FindRedirection(ExaminedInstallation examined, string check, string file, Remedy another)
    {
        string directory = DirectoryOf(file);
        return FileStatus.OfPath(directory, out FileStatus status) < 0 || status.Owner == examined.Owner.UserId
            || examined.IsDataDirectory(directory)
            ? null
            : new(
                check, Verdict.Note,
                $"{file}: {directory} does not belong to {examined.Owner.Name}; data_directory is used instead",
                another);
    }

    private static string DirectoryOf(string file) =>
        Path.GetDirectoryName(file) is { Length: > 0 } name ? name : ".";
}
