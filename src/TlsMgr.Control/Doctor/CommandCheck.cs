// Whether the command of the entry tlsmgr can be run, and whether it is this daemon's.

using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>The column command.</summary>
internal static class CommandCheck
{
    private const string Name = "master.cf";
    private const string Field = "command";
    private const string Original = "tlsmgr";
    private const int Executable = 0b001_001_001;

    internal static Finding Examine(ExaminedInstallation examined, MasterCfEntry entry)
    {
        string path = $"{examined.Installation.Postfix.DaemonDirectory}/{entry.Command}";
        int answer = FileStatus.OfPath(path, out FileStatus status);
        if (answer < 0)
        {
            return DoctorPrivileges.FindLimit(Name, path, answer)
                ?? Fault(entry, $"there is no {path}", Another(examined, entry));
        }

        if (!status.IsRegularFile)
        {
            return Fault(entry, $"{path} is no regular file", Another(examined, entry));
        }

        if ((status.Permissions & Executable) == 0)
        {
            return Fault(entry, $"{path} cannot be executed", $"chmod 755 {path}");
        }

        return entry.Command == ExaminedInstallation.CommandName
            ? new(Name, Verdict.Ok, $"the command of tlsmgr is {path}")
            : new(
                Name, Verdict.Note,
                $"the command of tlsmgr is {path}: not TlsMgr, which is {ExaminedInstallation.CommandName}",
                examined.SetField(Field, ExaminedInstallation.CommandName));
    }

    private static Finding Fault(MasterCfEntry entry, string reason, string remedy) =>
        new(Name, Verdict.Fault, $"the command of tlsmgr is {entry.Command}, and {reason}", remedy);

    private static string Another(ExaminedInstallation examined, MasterCfEntry entry) =>
        entry.Command == ExaminedInstallation.CommandName
        ? $"install it there; or {examined.SetField(Field, Original)}: Postfix's own"
        : $"{examined.SetField(Field, ExaminedInstallation.CommandName)}; or {Original}, Postfix's own";
}
