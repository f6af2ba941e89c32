// Whether each cache that is wanted can be: its type, its place, and a file of its own.

using System.Collections.Generic;
using TlsMgr.Sessions.Files;

namespace TlsMgr.Control.Doctor;

/// <summary>The databases of the session caches.</summary>
internal static class CacheDatabaseCheck
{
    private const string Name = "cache";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        List<(string Cache, CacheDatabaseName Database)> seen = [];
        foreach (SessionCacheParameters cache in examined.Caches)
        {
            CacheDatabaseName database = Parse(examined, cache);
            string parameter = $"{cache.CacheType}_tls_session_cache_database";
            string remedy = examined.Set(parameter, $"lmdb:${{data_directory}}/{cache.CacheType}_scache");
            int index = seen.FindIndex(other => other.Database.IsSameFile(database));
            seen.Add((cache.CacheType, database));
            if (!database.IsSupported)
            {
                yield return new(
                    Name, Verdict.Fault, $"{parameter} = {cache.Database}: type {database.Type} cannot hold a cache",
                    remedy);
            }
            else if (index >= 0)
            {
                yield return new(
                    Name, Verdict.Fault,
                    $"tlsmgr does not start: {cache.CacheType} and {seen[index].Cache} share {database.FilePath}",
                    remedy);
            }
            else
            {
                yield return Place(examined, parameter, database, remedy);
            }
        }
    }

    /// <summary>The database of a cache, at the place where it is configured.</summary>
    internal static CacheDatabaseName Parse(ExaminedInstallation examined, SessionCacheParameters cache) =>
        CacheDatabaseName.Parse(cache.Database, examined.Installation.Postfix.DefaultCacheType);

    private static Finding Place(
        ExaminedInstallation examined, string parameter, CacheDatabaseName database, string remedy) =>
        Directories.FindFault(Name, database.FilePath, examined.Owner, remedy)
        ?? new(Name, Verdict.Ok, $"{parameter} is the file {database.FilePath}");
}
