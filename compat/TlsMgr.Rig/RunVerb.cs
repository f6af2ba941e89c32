// The verb run: the scenarios, shown to a person. With --keep both instances stay.

using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig;

/// <summary>Runs everything and reports.</summary>
internal static class RunVerb
{
    /// <summary>Answers the exit status: 0, or 1 when something did not resume or a program complained.</summary>
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
            ? "Everything resumed, and no program complained."
            : "What went wrong:");
        foreach (Check fault in faults)
        {
            output.WriteLine($"  {fault.Name}: {fault.Fault}");
        }
    }
}
