using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TlsMgr.Control.Doctor;

/// <summary>Cache files of Postfix's tlsmgr: they hold sessions, and no program removes them.</summary>
internal static class LeftoverFileCheck
{
    private const string Name = "leftover";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        if (!examined.IsOurs)
        {
            yield break;
        }

        foreach (string file in Paths(examined).Distinct().Where(File.Exists))
        {
            yield return new(
                Name, Verdict.Note, $"Postfix's own tlsmgr has left its cache {file}, with sessions in it",
                new Remedy($"rm {ShellText.Quote(file)}"));
        }
    }

    /// <summary>The files of the configured caches, and of the caches in Debian's main.cf.</summary>
    private static IEnumerable<string> Paths(ExaminedInstallation examined)
    {
        string dataDirectory = examined.Installation.Postfix.DataDirectory;
        return examined.Caches.Select(cache => CacheDatabaseCheck.Parse(examined, cache))
            .Where(database => database.IsSupported)
            .Select(database => $"{database.Path}.db")
            .Concat(examined.AllCaches.Select(cache => $"{dataDirectory}/{cache.CacheType}_scache.db"));
    }
}
