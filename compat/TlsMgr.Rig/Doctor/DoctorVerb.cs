using System;
using System.IO;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Doctor;

/// <summary>The verb doctor: breaks an installation, and mends it with what tlsmgrctl doctor prints.</summary>
internal static class DoctorVerb
{
    /// <summary>The least number of cases that no machine forbids.</summary>
    private const int MinimumCases = 40;

    private static readonly (string Report, bool IsClean)[] Reports =
    [
        ("ok     jail  x\nok     log  y\n0 faults\n", true),
        ("ok     jail  x\n10 faults\n", false),
        ("ok     jail  x\nnote   log  y\n0 faults\n", false),
        ("ok     jail  x\n", false),
        ("tlsmgrctl: fatal: open /x/main.cf: Permission denied\n", false),
        ("ok     jail  x\n0 faults\ntlsmgrctl: warning: y\n", false),
        ("", false),
    ];

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

        int broken = DoctorCase.All.Count(static each => each.Requires.Length == 0);
        reporter.Run(
            $"any machine allows at least {MinimumCases} ways to break it",
            () => broken >= MinimumCases ? null : $"{broken} of them alone");
        reporter.Run("only a report that counts no fault is taken for clean", FindReportFault);
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

    private static string? FindReportFault() => Reports
        .Where(static each => DoctorRig.IsClean(each.Report) != each.IsClean)
        .Select(static each => $"not this one: {each.Report}").FirstOrDefault();

    private static bool IsWanted(DoctorOptions options, DoctorCase doctorCase) =>
        (!options.Brief || doctorCase.IsBrief)
        && IsNamed(options, doctorCase.Name);

    private static bool IsNamed(DoctorOptions options, string name) =>
        name.Contains(options.Only, StringComparison.Ordinal);
}
