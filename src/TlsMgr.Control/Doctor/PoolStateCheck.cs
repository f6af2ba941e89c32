using System.Collections.Generic;
using TlsMgr.Native.Libc;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Control.Doctor;

/// <summary>The state file of the pool: whether only mail_owner can read it, and what is in it.</summary>
internal static class PoolStateCheck
{
    private const string Name = "pool";
    private const string NameParameter = "tlsmgr_pool_name";
    private const string Random = "ticket keys are random";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        string path = examined.Installation.Parameters.PoolStateFile;
        string pool = examined.Installation.Parameters.PoolName;
        int result = FileStatus.OfPath(path, out FileStatus status, followLinks: false);
        if (!examined.IsOurs || (pool.Length == 0 && (result < 0 || status.SizeBytes == 0)))
        {
            yield break;
        }

        Finding finding = result < 0 ? NoFile(examined, path, result)
            : FileFault(examined, path, status) ?? Content(examined, path, pool);
        yield return finding.Verdict == Verdict.Fault ? finding with { Causes = Effects.Pool } : finding;
    }

    private static Finding NoFile(ExaminedInstallation examined, string path, int result) =>
        DoctorPrivileges.FindLimit(Name, path, result)
        ?? new(
            Name, Verdict.Fault, $"{Random}: {path}: {Errno.Describe(result)}",
            Begin(examined, $"tlsmgrctl{ConfigurationOption(examined)} pool init", "to join another host's pool"));

    private static Finding? FileFault(ExaminedInstallation examined, string path, FileStatus status)
    {
        string file = ShellText.Quote(path);
        return OwnedFile.FindFault(examined, Name, path, status, $"{Random}: ")
            ?? (status.IsOpenToOthers
                ? new(Name, Verdict.Fault, $"{Random}: others than {examined.Owner.Name} may read {path}",
                    examined.Remedies.Run($"chmod 600 {file}").With(
                        "who has read it has the secret: tlsmgrctl pool rotate --now"))
                : status.Links != 1
                ? new(Name, Verdict.Fault, $"{Random}: {path} has another name, too",
                    Remedy.Advise($"find it by find -samefile {file}, and remove it; then {examined.Remedies.Apply}"))
                : null);
    }

    private static Finding Content(ExaminedInstallation examined, string path, string pool)
    {
        using PoolStateFile? file = PoolStateFile.Open(path, out string fault, examined.Owner.UserId);
        using PoolState? state = file?.Read(out fault);
        return state is null
            ? new(Name, Verdict.Fault, $"{Random}: {path}: {fault}", Begin(
                examined, $"tlsmgrctl{ConfigurationOption(examined)} pool init", "to join the pool anew"))
            : pool.Length == 0
            ? new(Name, Verdict.Note, $"{path} is of pool {state.Name}, and {NameParameter} is not set",
                examined.Remedies.Set(NameParameter, state.Name))
            : state.Name != pool
            ? new(Name, Verdict.Fault, $"{Random}: {path} is of pool {state.Name}, and {NameParameter} is {pool}",
                examined.Remedies.Set(NameParameter, state.Name))
            : new(Name, Verdict.Ok, $"{path} is of pool {pool}, generation {state.Newest.Generation}");
    }

    private static Remedy Begin(ExaminedInstallation examined, string command, string purpose) =>
        examined.Remedies.Run(command).With(
            $"{purpose}: tlsmgrctl pool export | ssh THIS-HOST tlsmgrctl pool join - there");

    private static string ConfigurationOption(ExaminedInstallation examined) =>
        examined.Installation.Directory is var directory && directory == "/etc/postfix"
            ? ""
            : $" -c {ShellText.Quote(directory)}";
}
