// Whether master.cf has the entry by which clients reach the daemon, and whether Postfix takes the file.

using System.Collections.Generic;
using System.IO;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>The entry tlsmgr of master.cf.</summary>
internal static class ServiceEntryCheck
{
    private const string Name = "master.cf";
    private const string UsualWakeUp = "1000?";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        MasterCfFile file = examined.Installation.MasterCf;
        if (FileFinding(file) is { } finding)
        {
            yield return finding;
        }

        if (examined.Installation.Entry is not { } entry)
        {
            // It may be in the line that Postfix does not take.
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
                $"there is more than one service {examined.Installation.ServiceName} of type unix: the last one counts",
                $"leave one of them in {file.Path}, then postfix reload");
        }

        if (entry.Private == "n")
        {
            yield return new(
                Name, Verdict.Fault, "the service is not private: its socket is in public/, where no client looks",
                examined.SetField("private", "-"));
        }

        if (entry.WakeUp != UsualWakeUp)
        {
            yield return new(
                Name, Verdict.Note, $"the wake-up time is {entry.WakeUp}; usual is {UsualWakeUp}",
                examined.SetField("wakeup", UsualWakeUp));
        }
    }

    private static Finding? FileFinding(MasterCfFile file) =>
        file.Fault is { } fault ? new(
            Name, Verdict.Fault, $"Postfix does not start, and a reload ends it: {fault}",
            "correct that line, as in master(5), then postfix reload, or postfix start if it has ended")
        : file.PostconfFault is { } other ? new(
            Name, Verdict.Fault, $"postconf does not take the file, and so Postfix does not start: {other}",
            "correct that line, as in master(5), then postfix reload")
        : null;

    private static Finding NoEntry(ExaminedInstallation examined)
    {
        string path = examined.Installation.MasterCf.Path;
        string name = examined.Installation.ServiceName;
        return File.Exists(path)
            ? new(
                Name, Verdict.Fault, $"there is no service {name} of type unix: no program has TLS",
                examined.PostconfMaster(
                    $"-M '{name}/unix={name} unix - - y {UsualWakeUp} 1 {ExaminedInstallation.CommandName}'"))
            : new(
                Name, Verdict.Fault, $"there is no {path}: Postfix does not start",
                "bring it back; Debian keeps a copy as /usr/share/postfix/master.cf.dist");
    }
}
