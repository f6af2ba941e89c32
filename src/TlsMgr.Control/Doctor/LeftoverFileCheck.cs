// Whether Postfix's own tlsmgr has left its caches behind: they hold sessions, and nobody will remove them.

using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TlsMgr.Control.Doctor;

/// <summary>Cache files of the original.</summary>
internal static class LeftoverFileCheck
{
    private const string Name = "leftover";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        if (examined.Installation.Entry?.Command != ExaminedInstallation.CommandName)
        {
            yield break;
        }

        foreach (string file in Places(examined).Distinct().Where(File.Exists))
        {
            yield return new(
                Name, Verdict.Note, $"Postfix's own tlsmgr has left its cache {file}, with sessions in it",
                $"rm {file}");
        }
    }

    /// <summary>Where the caches are that are configured, and where Debian's main.cf has those that were.</summary>
    private static IEnumerable<string> Places(ExaminedInstallation examined)
    {
        string dataDirectory = examined.Installation.Postfix.DataDirectory;
        return examined.Caches.Select(cache => CacheDatabaseCheck.Parse(examined, cache))
            .Where(database => database.IsSupported)
            .Select(database => $"{database.Path}.db")
            .Concat(examined.AllCaches.Select(cache => $"{dataDirectory}/{cache.CacheType}_scache.db"));
    }
}
