// Differences between the supported releases of Postfix, read from the installed one: from the defaults built into
// postconf(1) and from the template of master.cf, not from a configuration.

using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace TlsMgr.Rig;

/// <summary>The installed release of Postfix.</summary>
/// <param name="Version">Its <c>mail_version</c>.</param>
/// <param name="Announces">Whether tlsmgr sends a greeting: clients before 3.6 take it for a lost connection.</param>
/// <param name="Jails">Whether the distribution runs tlsmgr in a chroot jail: Debian does up to its release 13.</param>
internal sealed partial record Release(string Version, bool Announces, bool Jails)
{
    private const int ChrootColumn = 4;

    private static readonly Version FirstThatAnnounces = new(3, 6);

    private static readonly Version FirstThatBinds = new(3, 11, 7);

    [GeneratedRegex(@"^\d+\.\d+")]
    private static partial Regex MajorAndMinor { get; }

    [GeneratedRegex(@"^\d+\.\d+\.\d+")]
    private static partial Regex WithPatch { get; }

    /// <summary>Whether smtpd(8) binds tickets to the name of its service.</summary>
    internal bool BindsTickets =>
        System.Version.TryParse(WithPatch.Match(Version).Value, out Version? number) && number >= FirstThatBinds;

    /// <summary>The release that <c>postconf -d</c> reports.</summary>
    /// <param name="defaultOf">Returns the built-in default of a parameter.</param>
    /// <param name="root">The root directory with Postfix; empty for that of the rig.</param>
    /// <exception cref="RigException">The version or the template cannot be parsed.</exception>
    internal static Release Of(Func<string, string> defaultOf, string root = "")
    {
        string version = defaultOf("mail_version");
        return System.Version.TryParse(MajorAndMinor.Match(version).Value, out Version? number)
            ? new Release(
                version, number >= FirstThatAnnounces,
                JailsTlsMgr($"{root}{defaultOf("meta_directory")}/master.cf.proto"))
            : throw new RigException($"Postfix reports a version that cannot be parsed: {version}");
    }

    private static bool JailsTlsMgr(string masterCfTemplate)
    {
        string[] entry = File.ReadLines(masterCfTemplate)
            .Select(static line => line.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(static columns => columns is ["tlsmgr", ..])
            ?? throw new RigException($"{masterCfTemplate} has no entry for tlsmgr");
        return entry[ChrootColumn] == "y";
    }
}
