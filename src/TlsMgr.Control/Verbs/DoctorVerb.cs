using System.IO;
using System.Linq;
using CommandLine;
using TlsMgr.Control.Doctor;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb doctor: examines an installation from outside, and reports faults and remedies. Invariant: it changes
/// nothing.
/// </summary>
[Verb("doctor", HelpText = "Examine an installation, and report faults and remedies.")]
internal sealed class DoctorVerb : InstallationVerb
{
    internal override void Execute(TextWriter output, Log log)
    {
        Finding[] findings = [.. Checks.Examine(Directory, log)];
        Status = findings.Any(finding => finding.Verdict == Verdict.Fault) ? ExitStatus.Negative : ExitStatus.Good;
        if (Json)
        {
            FindingReport.WriteJson(findings, output);
        }
        else
        {
            FindingReport.WriteText(findings, output);
        }
    }
}
