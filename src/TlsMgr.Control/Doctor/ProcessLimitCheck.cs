// Whether master.cf allows one process and no more: caches and keys are in one place.

using System.Collections.Generic;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>The process limit of the service.</summary>
internal static class ProcessLimitCheck
{
    private const string Name = "process-limit";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        if (examined.Installation.Entry is { } entry)
        {
            yield return MasterCfNumber.Read(entry.ProcessLimit) == 1
                ? new(Name, Verdict.Ok, "the process limit of tlsmgr is 1")
                : new(
                    Name, Verdict.Fault,
                    $"the process limit of tlsmgr is {entry.ProcessLimit}, and it starts with 1 alone",
                    examined.SetField("process_limit", "1"));
        }
    }
}
