using System.Collections.Generic;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>The process limit of the service: 1, because all clients share caches and ticket keys.</summary>
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
                    $"the process limit of tlsmgr is {entry.ProcessLimit}, and tlsmgr requires 1",
                    examined.Remedies.SetField("process_limit", "1"))
                {
                    Causes = Effects.Silent | Effects.Program,
                };
        }
    }
}
