// Whether master.cf has the entry by which clients reach the daemon, and whether its command can be run.

using System.Collections.Generic;
using System.IO;
using TlsMgr.Control.Setup;

namespace TlsMgr.Control.Doctor;

/// <summary>The entry tlsmgr of master.cf.</summary>
internal static class ServiceEntryCheck
{
    private const string Name = "master.cf";
    private const string UsualWakeUp = "1000?";

    internal static IEnumerable<Finding> Examine(Patient patient)
    {
        if (patient.Installation.Entry is not { } entry)
        {
            if (!File.Exists(patient.Installation.MasterCf))
            {
                yield return new(
                    Name, Verdict.Fault, $"there is no {patient.Installation.MasterCf}: Postfix does not start",
                    "bring it back; Debian keeps a copy as /usr/share/postfix/master.cf.dist");
                yield break;
            }

            string name = patient.Installation.ServiceName;
            yield return new(
                Name, Verdict.Fault, $"there is no service {name} of type unix: no program has TLS",
                patient.Postconf($"-M '{name}/unix={name} unix - - y {UsualWakeUp} 1 {Patient.CommandName}'"));
            yield break;
        }

        yield return Command(patient, entry);
        if (patient.Installation.Options.Fault is { } fault)
        {
            yield return new(Name, Verdict.Fault, $"tlsmgr does not start: {fault}", "correct the options there");
        }
        else if (patient.Installation.Options.UnexpectedArgument is { } argument)
        {
            yield return new(
                Name, Verdict.Fault, $"tlsmgr does not start: unexpected command-line argument: {argument}",
                "remove it there");
        }

        if (entry.IsRepeated)
        {
            yield return new(
                Name, Verdict.Note,
                $"there is more than one service {patient.Installation.ServiceName} of type unix: the last one counts",
                $"leave one of them in {patient.Installation.MasterCf}, then postfix reload");
        }

        if (entry.Private == "n")
        {
            yield return new(
                Name, Verdict.Fault, "the service is not private: its socket is in public/, where no client looks",
                patient.SetField("private", "-"));
        }

        if (entry.WakeUp != UsualWakeUp)
        {
            yield return new(
                Name, Verdict.Note, $"the wake-up time is {entry.WakeUp}; usual is {UsualWakeUp}",
                patient.SetField("wakeup", UsualWakeUp));
        }
    }

    private static Finding Command(Patient patient, MasterCfEntry entry)
    {
        string path = $"{patient.Installation.Postfix.DaemonDirectory}/{entry.Command}";
        if (!File.Exists(path))
        {
            return new(
                Name, Verdict.Fault, $"the command of tlsmgr is {entry.Command}, and there is no {path}",
                patient.SetField("command", Patient.CommandName) + "; or tlsmgr, Postfix's own");
        }

        return entry.Command == Patient.CommandName
            ? new(Name, Verdict.Ok, $"the command of tlsmgr is {path}")
            : new(
                Name, Verdict.Note, $"the command of tlsmgr is {path}: not TlsMgr, which is {Patient.CommandName}",
                patient.SetField("command", Patient.CommandName));
    }
}
