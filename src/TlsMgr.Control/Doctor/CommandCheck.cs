using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>The field command of the entry: whether it can be executed, and whether it is this daemon.</summary>
internal static class CommandCheck
{
    private const string Name = "master.cf";
    private const string Field = "command";
    private const string PostfixCommand = "tlsmgr";
    private const int Executable = 0b001_001_001;

    internal static Finding Examine(ExaminedInstallation examined, MasterCfEntry entry)
    {
        string path = $"{examined.Installation.Postfix.DaemonDirectory}/{entry.Command}";
        int result = FileStatus.OfPath(path, out FileStatus status);
        if (result < 0)
        {
            return DoctorPrivileges.FindLimit(Name, path, result)
                ?? Fault(entry, $"there is no {path}", OtherCommand(examined, entry));
        }

        if (!status.IsRegularFile)
        {
            return Fault(entry, $"{path} is no regular file", OtherCommand(examined, entry));
        }

        if ((status.Permissions & Executable) == 0)
        {
            return Fault(
                entry, $"{path} cannot be executed", examined.Remedies.Run($"chmod 755 {ShellText.Quote(path)}"));
        }

        return entry.Command switch
        {
            ExaminedInstallation.CommandName => new(Name, Verdict.Ok, $"the command of tlsmgr is {path}"),
            PostfixCommand => new(Name, Verdict.Ok, $"the command of tlsmgr is {path}, Postfix's own"),
            _ => new(
                Name, Verdict.Note,
                $"the command of tlsmgr is {path}: not TlsMgr, which is {ExaminedInstallation.CommandName}",
                examined.Remedies.SetField(Field, ExaminedInstallation.CommandName)),
        };
    }

    private static Finding Fault(MasterCfEntry entry, string reason, Remedy remedy) =>
        new(Name, Verdict.Fault, $"the command of tlsmgr is {entry.Command}, and {reason}", remedy)
        {
            Causes = Effects.Silent | Effects.Program,
        };

    /// <summary>The remedy that takes the other program of the two, or the one that is there.</summary>
    private static Remedy OtherCommand(ExaminedInstallation examined, MasterCfEntry entry)
    {
        string own = $"{examined.Installation.Postfix.DaemonDirectory}/{ExaminedInstallation.CommandName}";
        bool hasOwn = FileStatus.OfPath(own, out FileStatus status) == 0 && status.IsRegularFile;
        return hasOwn && entry.Command != ExaminedInstallation.CommandName
            ? examined.Remedies.SetField(Field, ExaminedInstallation.CommandName)
            : examined.Remedies.SetField(Field, PostfixCommand).With("that is Postfix's own; or install TlsMgr anew");
    }
}
