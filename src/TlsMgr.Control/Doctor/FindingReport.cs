using System.IO;
using System.Linq;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Doctor;

/// <summary>The report of doctor: a line for each finding with its remedy below, and the number of faults.</summary>
internal static class FindingReport
{
    private const int VerdictWidth = 7;
    private const int NameWidth = 26;

    /// <summary>Writes the report for people.</summary>
    internal static void WriteText(Finding[] findings, TextWriter output)
    {
        foreach (Finding finding in findings)
        {
            string head = $"{Word(finding.Verdict).PadRight(VerdictWidth)}{finding.Check.PadRight(NameWidth)}";
            output.WriteLine(head + finding.Text);
            if (finding.Remedy.Length > 0)
            {
                output.WriteLine($"{new string(' ', head.Length)}-> {finding.Remedy}");
            }
        }

        int faults = CountFaults(findings);
        output.WriteLine($"{faults} {(faults == 1 ? "fault" : "faults")}");
    }

    /// <summary>Writes the report as one JSON object.</summary>
    internal static void WriteJson(Finding[] findings, TextWriter output) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("faults", CountFaults(findings));
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

    private static int CountFaults(Finding[] findings) =>
        findings.Count(static finding => finding.Verdict == Verdict.Fault);

    private static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();
}
