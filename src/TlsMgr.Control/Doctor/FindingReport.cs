using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using TlsMgr.Control.Output;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Doctor;

/// <summary>The report of doctor: a line for each finding with its remedy below, and the number of faults.</summary>
internal static class FindingReport
{
    private const int VerdictWidth = 7;
    private const int NameWidth = 26;
    private const int AdviceIndent = 3;

    /// <summary>On a narrower line, the text stands below the name of its check.</summary>
    private const int MinimumWidthBeside = 76;

    /// <summary>
    /// Writes the report for people. Sentences are broken between words; a command stays one line, to be pasted.
    /// </summary>
    /// <param name="findings">The findings.</param>
    /// <param name="output">The destination.</param>
    /// <param name="width">The columns of a line.</param>
    internal static void WriteText(Finding[] findings, TextWriter output, int width)
    {
        foreach (Finding finding in findings)
        {
            string head = $"{Word(finding.Verdict).PadRight(VerdictWidth)}{finding.Check.PadRight(NameWidth)}";
            if (width < MinimumWidthBeside)
            {
                output.WriteLine(head.TrimEnd());
                head = new string(' ', VerdictWidth);
            }

            WriteSentence(output, head, finding.Text, width);
            string indent = new(' ', head.Length);
            foreach (string consequence in finding.Consequences)
            {
                WriteSentence(output, $"{indent}so that: ", consequence, width);
            }

            if (!string.IsNullOrEmpty(finding.Remedy.Command))
            {
                output.WriteLine($"{indent}-> {PrintableText.Clean(finding.Remedy.Command)}");
            }

            if (!string.IsNullOrEmpty(finding.Remedy.Advice))
            {
                WriteSentence(output, new string(' ', indent.Length + AdviceIndent), finding.Remedy.Advice, width);
            }
        }

        int faults = CountFaults(findings);
        output.WriteLine($"{faults} {(faults == 1 ? "fault" : "faults")}");
    }

    private static void WriteSentence(TextWriter output, string label, string text, int width) =>
        WrappedText.WriteSentence(output, label, PrintableText.Clean(text), label.Length, width);

    /// <summary>Writes the report as one JSON object.</summary>
    /// <param name="findings">The findings.</param>
    /// <param name="host">The values that two hosts compare.</param>
    /// <param name="output">The destination.</param>
    internal static void WriteJson(
        Finding[] findings, IEnumerable<KeyValuePair<string, string>> host, TextWriter output) =>
        JsonText.Write(output, writer => Write(findings, host, writer));

    private static void Write(
        Finding[] findings, IEnumerable<KeyValuePair<string, string>> host, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("faults", CountFaults(findings));
        writer.WriteStartArray("findings");
        foreach (Finding finding in findings)
        {
            WriteJson(finding, writer);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("host");
        foreach ((string name, string value) in host)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteJson(Finding finding, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("check", finding.Check);
        writer.WriteString("verdict", Word(finding.Verdict));
        writer.WriteString("text", finding.Text);
        writer.WriteString("remedy", finding.Remedy.Command ?? "");
        writer.WriteString("advice", finding.Remedy.Advice ?? "");
        writer.WriteStartArray("consequences");
        foreach (string consequence in finding.Consequences)
        {
            writer.WriteStringValue(consequence);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static int CountFaults(Finding[] findings) =>
        findings.Count(static finding => finding.Verdict == Verdict.Fault);

    private static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();
}
