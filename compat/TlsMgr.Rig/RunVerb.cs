using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig;

/// <summary>
/// The verb run: runs the scenarios and reports in tables. With --keep both instances continue to run.
/// </summary>
internal static class RunVerb
{
    /// <summary>Returns the exit status: 0, or 1 when a session did not resume or a program logged a warning.</summary>
    internal static int Execute(RunOptions options, TextWriter output, CancellationToken cancellation)
    {
        output.WriteLine($"Starting two private Postfix instances around {options.TlsMgr} ...");
        using Rig rig = Rig.Start(options.TlsMgr, cancellation);
        Evidence evidence = Evidence.Collect(rig, cancellation);
        Report.Write(output, evidence);
        if (!options.Keep)
        {
            foreach (PostfixInstance instance in rig.Instances)
            {
                instance.Stop(cancellation);
            }
        }

        List<Check> faults =
        [
            .. Verdict.Of(evidence).Concat(rig.Instances.SelectMany(Verdict.OfLog))
                .Where(static check => check.Fault is not null),
        ];
        WriteFaults(output, faults);
        foreach (string note in rig.Instances.SelectMany(Verdict.Notes))
        {
            output.WriteLine($"Note: {note}");
        }

        if (options.Keep)
        {
            rig.Keep = true;
            Report.WriteInstructions(output, rig);
        }

        return faults.Count == 0 ? 0 : 1;
    }

    private static void WriteFaults(TextWriter output, List<Check> faults)
    {
        output.WriteLine();
        output.WriteLine(faults.Count == 0
            ? "All sessions resumed, and no program logged a warning."
            : "Faults:");
        foreach (Check fault in faults)
        {
            output.WriteLine($"  {fault.Name}: {fault.Fault}");
        }
    }
}
