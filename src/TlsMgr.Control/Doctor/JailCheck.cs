using System.Collections.Generic;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>The fields unprivileged and chroot: whether the daemon drops privileges and the file system.</summary>
internal static class JailCheck
{
    private const string Name = "jail";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        if (examined.Installation.Entry is not { } entry)
        {
            yield break;
        }

        if (entry.Unprivileged == "n")
        {
            yield return new(
                Name, Verdict.Note, "tlsmgr runs with the privileges of root, which it does not need",
                examined.Remedies.SetField("unprivileged", "-"));
        }

        yield return IsJailed(examined, entry)
            ? new(Name, Verdict.Ok, $"tlsmgr runs with {examined.Installation.Postfix.QueueDirectory} as its root")
            : new(Name, Verdict.Ok, "tlsmgr runs without a chroot jail, and can run in one");
    }

    /// <summary>Whether the daemon runs in a jail; the default is y at compatibility_level 0.</summary>
    internal static bool IsJailed(ExaminedInstallation examined, MasterCfEntry entry) => entry.Chroot == "-"
        ? examined.Installation.Store.Expand("compatibility_level") == "0"
        : entry.Chroot == "y";
}
