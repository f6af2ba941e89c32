// The verb doctor: looks at an installation from outside and says in plain words what is wrong and what to do. Must
// never change anything.

using System.IO;
using System.Linq;
using CommandLine;
using TlsMgr.Control.Doctor;
using TlsMgr.Control.Output;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>Examines an installation.</summary>
[Verb("doctor", HelpText = "Look at an installation, and say what is wrong and what to do.")]
internal sealed class DoctorVerb : InstallationVerb
{
    private const int VerdictWidth = 7;
    private const int NameWidth = 26;

    internal override void Execute(TextWriter output, Log log)
    {
        Finding[] findings = [.. Checks.Examine(Directory, log)];
        int faults = findings.Count(finding => finding.Verdict == Verdict.Fault);
        Status = faults == 0 ? ExitStatus.Good : ExitStatus.Negative;
        if (Json)
        {
            WriteJson(output, findings, faults);
            return;
        }

        foreach (Finding finding in findings)
        {
            string head = $"{Word(finding.Verdict).PadRight(VerdictWidth)}{finding.Check.PadRight(NameWidth)}";
            output.WriteLine(head + finding.Text);
            if (finding.Remedy.Length > 0)
            {
                output.WriteLine($"{new string(' ', head.Length)}-> {finding.Remedy}");
            }
        }

        output.WriteLine($"{faults} {(faults == 1 ? "fault" : "faults")}");
    }

    private static void WriteJson(TextWriter output, Finding[] findings, int faults) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("faults", faults);
        writer.WriteStartArray("findings");
        foreach (Finding finding in findings)
        {
            FieldList fields = new();
            fields.Add("check", finding.Check);
            fields.Add("verdict", Word(finding.Verdict));
            fields.Add("text", finding.Text);
            fields.Add("remedy", finding.Remedy);
            fields.WriteJson(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();
}
