using System.IO;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>A file that the daemon opens as mail_owner: a cache, the exchange file.</summary>
internal static class OwnedFile
{
    private const int ReadableAndWritable = 0b110_000_000;

    /// <summary>The fault of a file that mail_owner cannot use; null when it can.</summary>
    /// <param name="examined">The installation.</param>
    /// <param name="check">The name of the check.</param>
    /// <param name="path">The file.</param>
    /// <param name="status">Its status.</param>
    /// <param name="prefix">The beginning of the text.</param>
    internal static Finding? FindFault(
        ExaminedInstallation examined, string check, string path, FileStatus status, string prefix = "")
    {
        if (Find(path, status, examined) is not { } fault)
        {
            return null;
        }

        // All of them have another owner when somebody has changed data_directory with what is in it.
        bool isInData = examined.IsDataDirectory(Path.GetDirectoryName(path)!);
        return new(check, Verdict.Fault, $"{prefix}{path} {fault.Reason}", fault.Remedy)
        {
            Observes = isInData && status.Owner != examined.Owner.UserId ? Effects.Owners : Effects.None,
        };
    }

    private static (string Reason, Remedy Remedy)? Find(
        string path, FileStatus status, ExaminedInstallation examined)
    {
        string file = ShellText.Quote(path);
        string owner = examined.Owner.Name;
        return status switch
        {
            { IsRegularFile: false } => ("is no regular file", examined.Remedies.Run(
                $"mv -T {file} {ShellText.Quote($"{path}.moved")}")),
            { IsImmutable: true } => ("cannot be changed, by its attribute i", examined.Remedies.Run(
                $"chattr -i {file}")),
            _ when status.Owner != examined.Owner.UserId => (
                $"does not belong to {owner}", examined.Remedies.Run($"chown {owner} {file}")),
            { IsWritableByOthers: true } => (
                $"can be written by others than {owner}", examined.Remedies.Run($"chmod 600 {file}")),
            _ when (status.Permissions & ReadableAndWritable) != ReadableAndWritable => (
                $"cannot be written by {owner}", examined.Remedies.Run($"chmod 600 {file}")),
            _ => null,
        };
    }
}
