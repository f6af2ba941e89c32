using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>The entry of tlsmgr in master.cf, and whether Postfix accepts the file.</summary>
internal static class ServiceEntryCheck
{
    private const string Name = "master.cf";
    private const string DefaultWakeUp = "1000?";
    private const string DefaultServiceName = "tlsmgr";
    private const string Template = "/usr/share/postfix/master.cf.dist";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        MasterCfFile file = examined.Installation.MasterCf;
        if (FileFinding(examined, file) is { } finding)
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
        if (OptionFault(examined, entry) is { } fault)
        {
            yield return fault;
        }

        if (entry.IsRepeated)
        {
            yield return new(
                Name, Verdict.Note,
                $"there are several services {examined.Installation.ServiceName} of type unix: Postfix uses the last",
                examined.Remedies.Rewrite(static words => words));
        }

        if (entry.Private == "n")
        {
            yield return new(
                Name, Verdict.Fault, "the service is not private: its socket is in public/, and clients use private/",
                examined.Remedies.SetField("private", "-"))
            {
                Causes = Effects.Silent | Effects.Program,
            };
        }

        if (entry.WakeUp != DefaultWakeUp)
        {
            yield return new(
                Name, Verdict.Note, $"the wake-up time is {entry.WakeUp}; the default is {DefaultWakeUp}",
                examined.Remedies.SetField("wakeup", DefaultWakeUp));
        }
    }

    private static Finding? FileFinding(ExaminedInstallation examined, MasterCfFile file)
    {
        string? text = file.Fault is { } fault ? $"Postfix does not start, and stops at a reload: {fault}"
            : file.PostconfFault is { } other ? $"postconf rejects the file, and Postfix does not start: {other}"
            : null;
        return text is null ? null : new(
            Name, Verdict.Fault, text,
            Remedy.Advise($"correct that line, as in master(5), then {examined.Remedies.Apply}"))
        {
            Causes = Effects.Stopped | Effects.Silent | Effects.Program,
        };
    }

    private static Finding? OptionFault(ExaminedInstallation examined, MasterCfEntry entry)
    {
        DaemonOptions options = examined.Installation.Options;
        string? reason = options.Fault
            ?? (options.UnexpectedArgument is { } argument ? $"unexpected command-line argument: {argument}" : null);
        return reason is null ? null : new(
            Name, Verdict.Fault, $"tlsmgr does not start: {reason}",
            WithoutFault(entry.Arguments) is { } words
                ? examined.Remedies.Rewrite(_ => words).With("that removes it; correct it instead if it is wanted")
                : Remedy.Advise($"correct the options there, then {examined.Remedies.Apply}"))
        {
            Causes = Effects.Silent | Effects.Program,
        };
    }

    /// <summary>The arguments without the one or two that are at fault; null when there are more.</summary>
    private static List<string>? WithoutFault(IReadOnlyList<string> arguments)
    {
        for (int count = 1; count <= 2; count++)
        {
            for (int i = 0; i + count <= arguments.Count; i++)
            {
                List<string> words = [.. arguments];
                words.RemoveRange(i, count);
                if (DaemonOptions.Parse(words) is { Fault: null, UnexpectedArgument: null })
                {
                    return words;
                }
            }
        }

        return null;
    }

    private static Finding NoEntry(ExaminedInstallation examined)
    {
        MasterCfFile file = examined.Installation.MasterCf;
        string name = examined.Installation.ServiceName;
        if (!File.Exists(file.Path))
        {
            return new(
                Name, Verdict.Fault, $"there is no {file.Path}: Postfix does not start",
                File.Exists(Template)
                    ? examined.Remedies.Run($"cp {Template} {ShellText.Quote(file.Path)}")
                        .With("that is Debian's; a backup of your own is better")
                    : Remedy.Advise($"restore it, then {examined.Remedies.Apply}"))
            {
                Causes = Effects.Stopped | Effects.Silent | Effects.Program,
            };
        }

        MasterCfEntry? renamed = file.Entries.FirstOrDefault(static entry => entry.Type == "unix"
            && entry.Command is ExaminedInstallation.CommandName or DefaultServiceName);
        return renamed is null
            ? new(
                Name, Verdict.Fault, $"there is no service {name} of type unix: programs disable TLS",
                examined.Remedies.SetEntry(
                    name, "unix", $"{name} unix - - y {DefaultWakeUp} 1 {ExaminedInstallation.CommandName}"))
            {
                Causes = Effects.Silent | Effects.Program,
            }
            : new(
                Name, Verdict.Fault,
                $"programs look for the service {name} ({Installation.ServiceNameParameter}), and master.cf calls it "
                    + $"{renamed.Service}: they disable TLS",
                renamed.Service == DefaultServiceName
                    ? examined.Remedies.Reset(Installation.ServiceNameParameter)
                    : examined.Remedies.Set(Installation.ServiceNameParameter, renamed.Service))
            {
                Causes = Effects.Silent | Effects.Program,
            };
    }
}
