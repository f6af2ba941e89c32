using System.Collections.Generic;
using System.IO;
using System.Linq;
using CommandLine;
using TlsMgr.Control.Doctor;
using TlsMgr.Control.Output;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb doctor: examines an installation from outside, and reports faults and remedies. Invariant: it changes
/// nothing.
/// </summary>
[Verb("doctor", HelpText = "Examine an installation, and report faults and remedies.")]
internal sealed class DoctorVerb : InstallationVerb
{
    [Option("compare", Min = 1, Max = 1, MetaValue = "OTHER.json",
        HelpText = "Compare with the report of doctor --json of another host, and print what differs.")]
    public IEnumerable<string> Other { get; set; } = [];

    internal override void Execute(TextWriter output, Log log)
    {
        ExaminedInstallation? examined = Checks.Load(Directory, log, out Finding? fault);
        if (Other.SingleOrDefault() is { } other)
        {
            HostComparison comparison = HostComparison.Of(
                HostReport.Collect(examined ?? throw new FatalException(fault!.Text)), other);
            comparison.Write(output, Json);
            Status = comparison.IsSame ? ExitStatus.Good : ExitStatus.Negative;
            return;
        }

        Finding[] findings = examined is null ? [fault!] : [.. Checks.Examine(examined)];
        Status = findings.Any(finding => finding.Verdict == Verdict.Fault) ? ExitStatus.Negative : ExitStatus.Good;
        if (Json)
        {
            FindingReport.WriteJson(findings, examined is null ? [] : HostReport.Collect(examined), output);
        }
        else
        {
            FindingReport.WriteText(findings, output, Terminal.LineColumns);
        }
    }
}
