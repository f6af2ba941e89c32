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
        int passed = 0;
        int failed = 0;
        void Count(string name, string? fault)
        {
            passed += fault is null ? 1 : 0;
            failed += fault is null ? 0 : 1;
            output.WriteLine(fault is null ? $"ok      {name}" : $"FAILED  {name}: {fault}");
        }

        using DoctorRig rig = DoctorRig.Start(options.TlsMgr, cancellation);
        foreach (HealthyCase healthy in HealthyCase.All.Where(
            each => (!options.Brief || each.IsBrief) && IsNamed(options, each.Name)))
        {
            Count(healthy.Name, Try(() => rig.FindHealthyFault(healthy, cancellation)));
        }

        foreach (DoctorCase doctorCase in DoctorCase.All.Where(each => IsWanted(options, each)))
        {
            if (rig.Allows(doctorCase, cancellation))
            {
                Count(doctorCase.Name, Try(() => rig.FindFault(doctorCase, cancellation)));
            }
            else
            {
                output.WriteLine($"note    {doctorCase.Name}: this machine does not allow it");
            }
        }

        output.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static bool IsWanted(DoctorOptions options, DoctorCase doctorCase) =>
        (!options.Brief || doctorCase.IsBrief)
        && IsNamed(options, doctorCase.Name);

    private static bool IsNamed(DoctorOptions options, string name) =>
        name.Contains(options.Only, StringComparison.Ordinal);

    private static string? Try(Func<string?> findFault)
    {
        try
        {
            return findFault();
        }
        catch (RigException fault)
        {
            return fault.Message;
        }
    }
}
