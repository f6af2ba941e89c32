using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Control.Setup;
using TlsMgr.Sessions.Files;

namespace TlsMgr.Control.Doctor;

/// <summary>A file for a cache that no other cache uses, of this instance or of another one.</summary>
internal static class FreeFile
{
    private const string FallbackType = "btree";

    /// <summary>The remedy that gives a cache such a file; the type of the database stays.</summary>
    /// <param name="examined">The installation.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="mayKeep">Whether it can be the file that the cache uses already.</param>
    internal static Remedy Remedy(ExaminedInstallation examined, SessionCacheParameters cache, bool mayKeep = false)
    {
        CacheDatabaseName database = CacheDatabaseCheck.Parse(examined, cache);
        string type = database.IsSupported ? database.Type : FallbackType;
        List<string> used = [.. UsedFiles(examined, mayKeep ? cache : null)];
        string directory = Path.GetFullPath(examined.Installation.Postfix.DataDirectory);
        string name = Names(cache.CacheType).First(name => !used.Contains(Path.Combine(directory, name)));
        return examined.Remedies.Set(
            $"{cache.CacheType}_tls_session_cache_database", $"{type}:${{data_directory}}/{name}");
    }

    private static IEnumerable<string> Names(string cacheType)
    {
        yield return $"{cacheType}_scache";
        for (int number = 2; ; number++)
        {
            yield return $"{cacheType}_scache{number}";
        }
    }

    /// <summary>The paths of all caches but one.</summary>
    private static IEnumerable<string> UsedFiles(ExaminedInstallation examined, SessionCacheParameters? exception)
    {
        IEnumerable<string> own = examined.AllCaches
            .Where(other => other.Database.Length > 0 && other != exception)
            .Select(other => examined.Redirect(CacheDatabaseCheck.Parse(examined, other).Path));
        return own.Concat(OtherInstances.Of(examined.Installation).SelectMany(PathsOf)).Select(Path.GetFullPath);
    }

    private static IEnumerable<string> PathsOf(Installation installation) =>
        new[] { installation.Parameters.Smtpd, installation.Parameters.Smtp, installation.Parameters.Lmtp }
            .Where(static cache => cache.Database.Length > 0)
            .Select(cache => CacheDatabaseName.Parse(cache.Database, installation.Postfix.DefaultCacheType).Path);
}
