// What differs between the releases of Postfix that people run, as the installed one tells. Reads, besides the defaults
// built into postconf(1), only the template of master.cf, never a configuration.

using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace TlsMgr.Rig;

/// <summary>The installed release of Postfix.</summary>
/// <param name="Version">Its <c>mail_version</c>.</param>
/// <param name="Announces">Whether tlsmgr speaks first: before 3.6, a client takes that for a lost connection.</param>
/// <param name="Jails">Whether the distribution runs tlsmgr in a chroot jail: Debian does up to its release 13.</param>
internal sealed partial record Release(string Version, bool Announces, bool Jails)
{
    private const int ChrootColumn = 4;

    private static readonly Version FirstThatAnnounces = new(3, 6);

    [GeneratedRegex(@"^\d+\.\d+")]
    private static partial Regex MajorAndMinor { get; }

    /// <summary>The release that <c>postconf -d</c> speaks of.</summary>
    /// <param name="defaultOf">The built-in default of a parameter.</param>
    internal static Release Of(Func<string, string> defaultOf)
    {
        string version = defaultOf("mail_version");
        return System.Version.TryParse(MajorAndMinor.Match(version).Value, out Version? number)
            ? new Release(
                version, number >= FirstThatAnnounces,
                JailsTlsMgr(Path.Combine(defaultOf("meta_directory"), "master.cf.proto")))
            : throw new RigException($"Postfix has no version that can be read: {version}");
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
