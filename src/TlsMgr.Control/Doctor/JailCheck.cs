// Whether the daemon gives up what it does not need: privileges, and the file system.

using System.Collections.Generic;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>The columns unpriv and chroot.</summary>
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
                Name, Verdict.Note, "tlsmgr keeps the privileges of root, which it does not need",
                examined.SetField("unprivileged", "-"));
        }

        yield return IsJailed(examined, entry)
            ? new(Name, Verdict.Ok, $"tlsmgr runs with {examined.Installation.Postfix.QueueDirectory} as its root")
            : new(
                Name, Verdict.Note, "tlsmgr runs without a chroot jail, and could have one",
                examined.SetField("chroot", "y"));
    }

    /// <summary>Whether it runs in a jail; the default was y up to compatibility_level 0.</summary>
    internal static bool IsJailed(ExaminedInstallation examined, MasterCfEntry entry) => entry.Chroot == "-"
        ? examined.Installation.Store.Expand("compatibility_level") == "0"
        : entry.Chroot == "y";
}
