using System.Collections.Generic;
using System.IO;
using TlsMgr.Control.Setup;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>What sharing sessions needs of the configuration: a pool, the service tlspool, and a server.</summary>
internal static class SharingServiceCheck
{
    private const string Name = "sharing";
    private const string CachesParameter = "tlsmgr_pool_caches";
    private const string NotShared = "sessions are not shared";
    private const int Executable = 0b001_001_001;
    private const int OpenToOthers = 0b000_111_111;

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        Installation installation = examined.Installation;
        if (!examined.IsOurs || !SharingEntry.IsWanted(installation))
        {
            return [];
        }

        return [.. Pool(examined), .. Entry(examined), .. Servers(examined), .. PasswordFile(examined)];
    }

    private static IEnumerable<Finding> Pool(ExaminedInstallation examined)
    {
        if (examined.Installation.Parameters.PoolName.Length == 0)
        {
            yield return Fault(
                $"{NotShared}: {CachesParameter} is set, and tlsmgr_pool_name is not",
                examined.Remedies.Reset(CachesParameter).With("or make a pool: tlsmgrctl pool init, or pool join"));
        }
    }

    private static IEnumerable<Finding> Entry(ExaminedInstallation examined)
    {
        const string Service = SharingEntry.ServiceName;
        if (SharingEntry.Find(examined.Installation) is not { } entry)
        {
            yield return Fault(
                $"{NotShared}: master.cf has no service {Service} of type {SharingEntry.Type}",
                examined.Remedies.SetEntry(Service, SharingEntry.Type, SharingEntry.Line));
            yield break;
        }

        string program = $"{examined.Installation.Postfix.DaemonDirectory}/{entry.Command}";
        if (FileStatus.OfPath(program, out FileStatus status) is var result && result < 0)
        {
            yield return DoctorPrivileges.FindLimit(Name, program, result)
                ?? Fault($"{NotShared}: the command of {Service} is {entry.Command}, and there is no {program}",
                    examined.Remedies.SetFieldOf(entry, "command", Service));
        }
        else if (!status.IsRegularFile || (status.Permissions & Executable) == 0)
        {
            yield return Fault(
                $"{NotShared}: {program} cannot be executed",
                examined.Remedies.Run($"chmod 755 {ShellText.Quote(program)}"));
        }

        if (MasterCfNumber.Read(entry.ProcessLimit) != 1)
        {
            yield return Fault(
                $"{NotShared}: the process limit of {Service} is {entry.ProcessLimit}, and {Service} requires 1",
                examined.Remedies.SetFieldOf(entry, "process_limit", "1"));
        }
        else if (entry.Private == "n")
        {
            yield return Fault(
                $"{NotShared}: the service {Service} is not private: its socket is in public/",
                examined.Remedies.SetFieldOf(entry, "private", "-"));
        }
        else
        {
            yield return new(Name, Verdict.Ok, $"master.cf has the service {Service}, with one process");
        }
    }

    private static IEnumerable<Finding> Servers(ExaminedInstallation examined)
    {
        Installation installation = examined.Installation;
        string servers = SharingEntry.ServersOf(installation);
        if (servers.Length == 0)
        {
            yield return Fault(
                $"{NotShared}: {SharingEntry.ServerParameter} is not set",
                Remedy.Advise($"set it in {installation.Store.OwnFilePath}, then {examined.Remedies.Apply}"));
        }

        if (SharingServers.FindOpenAddress(servers) is { } open
            && SharingEntry.ValueOf(installation, "tlspool_tls_CAfile").Length == 0)
        {
            bool hasPassword = SharingEntry.ValueOf(installation, SharingEntry.PasswordParameter).Length > 0;
            yield return new(
                Name, hasPassword ? Verdict.Fault : Verdict.Note,
                hasPassword
                    ? $"the password goes to {open} in the clear"
                    : $"sessions go to {open} sealed, and without TLS: "
                        + "who is in between can count, delay and drop them",
                Remedy.Advise("use TLS with tlspool_tls_CAfile, a tunnel, or a server at an address of this host"));
        }
    }

    private static IEnumerable<Finding> PasswordFile(ExaminedInstallation examined)
    {
        string path = SharingEntry.ValueOf(examined.Installation, SharingEntry.PasswordParameter);
        if (path.Length == 0)
        {
            yield break;
        }

        int result = FileStatus.OfPath(path, out FileStatus status);
        if (result < 0)
        {
            yield return DoctorPrivileges.FindLimit(Name, path, result)
                ?? Fault($"{NotShared}: {path}: {Errno.Describe(result)}",
                    Remedy.Advise($"write the password into that file, then {examined.Remedies.Apply}"));
        }
        else if ((status.Permissions & OpenToOthers) != 0)
        {
            yield return new(
                Name, Verdict.Fault, $"others than its owner may read {Path.GetFileName(path)}, which has the password",
                examined.Remedies.Run($"chmod 600 {ShellText.Quote(path)}").With("and change the password"));
        }
    }

    private static Finding Fault(string text, Remedy remedy) =>
        new(Name, Verdict.Fault, text, remedy) { Causes = Effects.Sharing };
}
