using System.Collections.Generic;
using TlsMgr.Native.Libc;
using TlsMgr.Sessions.Files;

namespace TlsMgr.Control.Doctor;

/// <summary>Whether each configured cache has a supported type, a usable directory, and a file of its own.</summary>
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
                    Name, Verdict.Fault, $"{parameter} = {cache.Database}: a cache cannot have type {database.Type}",
                    remedy);
            }
            else if (index >= 0)
            {
                yield return new(
                    Name, Verdict.Fault,
                    $"tlsmgr does not start: {cache.CacheType} and {seen[index].Cache} share {database.FilePath}",
                    remedy);
            }
            else if (IsSymbolicLink(database.FilePath))
            {
                yield return new(
                    Name, Verdict.Fault,
                    $"the {cache.CacheType} cache is off: {database.FilePath} is a symbolic link",
                    $"rm {database.FilePath} && postfix reload");
            }
            else
            {
                yield return DirectoryFinding(examined, parameter, database, remedy);
            }
        }
    }

    /// <summary>The configured database of a cache.</summary>
    internal static CacheDatabaseName Parse(ExaminedInstallation examined, SessionCacheParameters cache) =>
        CacheDatabaseName.Parse(cache.Database, examined.Installation.Postfix.DefaultCacheType);

    private static bool IsSymbolicLink(string path) =>
        FileStatus.OfPath(path, out FileStatus status, followLinks: false) == 0 && status.IsSymbolicLink;

    private static Finding DirectoryFinding(
        ExaminedInstallation examined, string parameter, CacheDatabaseName database, string remedy) =>
        Directories.FindFault(Name, database.FilePath, examined.Owner, remedy)
        ?? new(Name, Verdict.Ok, $"{parameter} is the file {database.FilePath}");
}
