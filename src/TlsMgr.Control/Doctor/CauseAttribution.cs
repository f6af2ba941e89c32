using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Control.Doctor;

/// <summary>One cause, one fault: what a fault explains becomes its consequence.</summary>
internal static class CauseAttribution
{
    /// <summary>
    /// Moves each faulty or noted finding below the first fault that causes what it observes, a cause before its own
    /// consequences.
    /// </summary>
    internal static IEnumerable<Finding> Apply(IReadOnlyList<Finding> findings)
    {
        Dictionary<Finding, Finding> causes = new(ReferenceEqualityComparer.Instance);
        foreach (Finding finding in findings.Where(IsSymptom))
        {
            if (findings.FirstOrDefault(other => Explains(other, finding)) is { } cause)
            {
                causes[finding] = cause;
            }
        }

        return findings.Where(finding => !causes.ContainsKey(finding)).Select(finding => finding with
        {
            Consequences = [.. causes.Where(pair => Root(causes, pair.Key) == finding).Select(pair => pair.Key.Text)],
        });
    }

    private static bool IsSymptom(Finding finding) =>
        finding.Verdict != Verdict.Ok && finding.Observes != Effects.None;

    // A finding that causes and observes the same, as a stopped Postfix does, cannot explain another such one.
    private static bool Explains(Finding cause, Finding symptom) => !ReferenceEquals(cause, symptom)
        && cause.Verdict == Verdict.Fault && (cause.Causes & symptom.Observes) != Effects.None
        && (symptom.Causes & cause.Observes) == Effects.None;

    private static Finding Root(Dictionary<Finding, Finding> causes, Finding finding)
    {
        // Bounded by the number of findings: a circle of causes ends.
        for (int step = 0; step < causes.Count && causes.TryGetValue(finding, out Finding? cause); step++)
        {
            finding = cause;
        }

        return finding;
    }
}
