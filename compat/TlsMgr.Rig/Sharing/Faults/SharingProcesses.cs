using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Observation;
using TlsMgr.Rig.Pool;

namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>The processes of a host, by the name of their program.</summary>
internal static class SharingProcesses
{
    /// <summary>The process ids.</summary>
    internal static IEnumerable<int> Find(PoolHost host, string name) => ProcessTable.OfInstance(host.Instance)
        .Where(pid => ProcessTable.Status(pid).GetValueOrDefault("Name") == name);

    /// <summary>Sends a signal, by name, to all of them; returns how many there were.</summary>
    internal static int Signal(PoolHost host, string name, string signal, CancellationToken cancellation)
    {
        int[] found = [.. Find(host, name)];
        foreach (int pid in found)
        {
            Shell.Run(
                Shell.Find("kill") ?? throw new RigException("kill is missing: install the package procps"),
                [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)], cancellation);
        }

        return found.Length;
    }
}
