// Whether each cache that is wanted can be: its type, its place, and a file of its own.

using System.Collections.Generic;
using TlsMgr.Sessions;

namespace TlsMgr.Control.Doctor;

/// <summary>The databases of the session caches.</summary>
internal static class CacheDatabaseCheck
{
    private const string Name = "cache";

    internal static IEnumerable<Finding> Examine(Patient patient)
    {
        List<(string Cache, CacheDatabaseName Database)> seen = [];
        foreach (SessionCacheParameters cache in patient.Caches)
        {
            CacheDatabaseName database = Parse(patient, cache);
            string parameter = $"{cache.CacheType}_tls_session_cache_database";
            string remedy = patient.Set(parameter, $"lmdb:${{data_directory}}/{cache.CacheType}_scache");
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
                yield return Place(patient, parameter, database, remedy);
            }
        }
    }

    /// <summary>The database of a cache, at the place where it is configured.</summary>
    internal static CacheDatabaseName Parse(Patient patient, SessionCacheParameters cache) =>
        CacheDatabaseName.Parse(cache.Database, patient.Installation.Postfix.CacheTypeByDefault);

    private static Finding Place(
        Patient patient, string parameter, CacheDatabaseName database, string remedy) =>
        Directories.FindFault(Name, database.FilePath, patient.Owner, remedy)
        ?? new(Name, Verdict.Ok, $"{parameter} is the file {database.FilePath}");
}
