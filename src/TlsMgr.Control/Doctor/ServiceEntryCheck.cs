using System.Collections.Generic;
using System.IO;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>The entry of tlsmgr in master.cf, and whether Postfix accepts the file.</summary>
internal static class ServiceEntryCheck
{
    private const string Name = "master.cf";
    private const string DefaultWakeUp = "1000?";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        MasterCfFile file = examined.Installation.MasterCf;
        if (FileFinding(file) is { } finding)
        {
            yield return finding;
        }

        if (examined.Installation.Entry is not { } entry)
        {
            // It can be in the line that Postfix rejects.
            if (file.Fault is null)
            {
                yield return NoEntry(examined);
            }

            yield break;
        }

        yield return CommandCheck.Examine(examined, entry);
        if (examined.Installation.Options.Fault is { } fault)
        {
            yield return new(Name, Verdict.Fault, $"tlsmgr does not start: {fault}", "correct the options there");
        }
        else if (examined.Installation.Options.UnexpectedArgument is { } argument)
        {
            yield return new(
                Name, Verdict.Fault, $"tlsmgr does not start: unexpected command-line argument: {argument}",
                "remove it there");
        }

        if (entry.IsRepeated)
        {
            yield return new(
                Name, Verdict.Note,
                $"there are several services {examined.Installation.ServiceName} of type unix: Postfix uses the last",
                $"remove all but one from {file.Path}, then postfix reload");
        }

        if (entry.Private == "n")
        {
            yield return new(
                Name, Verdict.Fault, "the service is not private: its socket is in public/, and clients use private/",
                examined.SetField("private", "-"));
        }

        if (entry.WakeUp != DefaultWakeUp)
        {
            yield return new(
                Name, Verdict.Note, $"the wake-up time is {entry.WakeUp}; the default is {DefaultWakeUp}",
                examined.SetField("wakeup", DefaultWakeUp));
        }
    }

    private static Finding? FileFinding(MasterCfFile file) =>
        file.Fault is { } fault ? new(
            Name, Verdict.Fault, $"Postfix does not start, and stops at a reload: {fault}",
            "correct that line, as in master(5), then postfix reload, or postfix start if it has stopped")
        : file.PostconfFault is { } other ? new(
            Name, Verdict.Fault, $"postconf rejects the file, and Postfix does not start: {other}",
            "correct that line, as in master(5), then postfix reload")
        : null;

    private static Finding NoEntry(ExaminedInstallation examined)
    {
        string path = examined.Installation.MasterCf.Path;
        string name = examined.Installation.ServiceName;
        return File.Exists(path)
            ? new(
                Name, Verdict.Fault, $"there is no service {name} of type unix: programs disable TLS",
                examined.PostconfMaster(
                    $"-M '{name}/unix={name} unix - - y {DefaultWakeUp} 1 {ExaminedInstallation.CommandName}'"))
            : new(
                Name, Verdict.Fault, $"there is no {path}: Postfix does not start",
                "restore it; Debian has a copy in /usr/share/postfix/master.cf.dist");
    }
}
