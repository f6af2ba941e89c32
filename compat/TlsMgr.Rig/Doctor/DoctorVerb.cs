using System;
using System.IO;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Doctor;

/// <summary>The verb doctor: breaks an installation, and mends it with what tlsmgrctl doctor prints.</summary>
internal static class DoctorVerb
{
    /// <summary>Returns the exit status: 0, or 1 when a check failed.</summary>
    internal static int Execute(DoctorOptions options, TextWriter output, CancellationToken cancellation)
    {
        CheckReporter reporter = new(output);
        using DoctorRig rig = DoctorRig.Start(options.TlsMgr, cancellation);
        foreach (HealthyCase healthy in HealthyCase.All.Where(
            each => (!options.Brief || each.IsBrief) && IsNamed(options, each.Name)))
        {
            reporter.Run(healthy.Name, () => rig.FindHealthyFault(healthy, cancellation));
        }

        foreach (DoctorCase doctorCase in DoctorCase.All.Where(each => IsWanted(options, each)))
        {
            if (rig.Allows(doctorCase, cancellation))
            {
                reporter.Run(doctorCase.Name, () => rig.FindFault(doctorCase, cancellation));
            }
            else
            {
                reporter.Note($"{doctorCase.Name}: this machine does not allow it");
            }
        }

        return reporter.Finish();
    }

    private static bool IsWanted(DoctorOptions options, DoctorCase doctorCase) =>
        (!options.Brief || doctorCase.IsBrief)
        && IsNamed(options, doctorCase.Name);

    private static bool IsNamed(DoctorOptions options, string name) =>
        name.Contains(options.Only, StringComparison.Ordinal);
}
