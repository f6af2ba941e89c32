using System;
using System.Collections.Generic;
using TlsMgr.Control.Client;
using TlsMgr.Native.Libc;
using TlsMgr.Sessions.Files;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// Whether each configured cache has a supported type, a usable directory and a file of its own, and whether the daemon
/// uses it.
/// </summary>
internal static class CacheDatabaseCheck
{
    private const string Name = "cache";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        List<(string Cache, CacheDatabaseName Database)> seen = [];
        foreach (SessionCacheParameters cache in examined.Caches)
        {
            CacheDatabaseName database = Parse(examined, cache);
            int index = seen.FindIndex(other => other.Database.IsSameFile(database));
            string? other = index < 0 ? null : seen[index].Cache;
            seen.Add((cache.CacheType, database));
            Finding finding = !database.IsSupported ? UnsupportedType(examined, cache, database)
                : other is not null ? Shared(examined, cache, database, other)
                : !examined.IsOurs ? new(Name, Verdict.Ok, $"{ParameterOf(cache)} is {database}")
                : ExamineFile(examined, cache, database);
            Effects effect = ExaminedInstallation.EffectOf(cache.CacheType);
            yield return finding with { Causes = finding.Causes | effect };
        }
    }

    /// <summary>The configured database of a cache.</summary>
    internal static CacheDatabaseName Parse(ExaminedInstallation examined, SessionCacheParameters cache) =>
        CacheDatabaseName.Parse(cache.Database, examined.Installation.Postfix.DefaultCacheType);

    private static string ParameterOf(SessionCacheParameters cache) =>
        $"{cache.CacheType}_tls_session_cache_database";

    private static Finding UnsupportedType(
        ExaminedInstallation examined, SessionCacheParameters cache, CacheDatabaseName database) => new(
            Name, Verdict.Fault,
            $"{ParameterOf(cache)} = {cache.Database}: a cache cannot have type {database.Type}",
            FreeFile.Remedy(examined, cache));

    private static Finding Shared(
        ExaminedInstallation examined, SessionCacheParameters cache, CacheDatabaseName database, string other) => new(
            Name, Verdict.Fault,
            $"tlsmgr does not start: {cache.CacheType} and {other} share {database.FilePath}",
            FreeFile.Remedy(examined, cache))
        {
            Causes = Effects.Silent | Effects.Program,
        };

    private static Finding ExamineFile(
        ExaminedInstallation examined, SessionCacheParameters cache, CacheDatabaseName database)
    {
        string path = (database with { Path = examined.Redirect(database.Path) }).FilePath;
        Remedy another = FreeFile.Remedy(examined, cache);
        return Directories.FindFault(examined, Name, path, another)
            ?? FileFault(examined, cache, path)
            ?? StateFinding(examined, cache, path, another)
            ?? Directories.FindRedirection(
                examined, Name, database.FilePath, FreeFile.Remedy(examined, cache, mayKeep: true))
            ?? new(Name, Verdict.Ok, $"{ParameterOf(cache)} is the file {path}");
    }

    private static Finding? FileFault(ExaminedInstallation examined, SessionCacheParameters cache, string path)
    {
        if (FileStatus.OfPath(path, out FileStatus status, followLinks: false) < 0)
        {
            return null;
        }

        string prefix = $"the {cache.CacheType} cache cannot be opened: ";
        return status.IsSymbolicLink
            ? Fault($"{prefix}{path} is a symbolic link", examined.Remedies.Run($"rm {ShellText.Quote(path)}"))
            : OwnedFile.FindFault(examined, Name, path, status, prefix);
    }

    private static Finding? StateFinding(
        ExaminedInstallation examined, SessionCacheParameters cache, string path, Remedy another)
    {
        if (examined.Info?.Cache(cache.CacheType) is not { } info)
        {
            return null;
        }

        const string Held = "it is held by process";
        bool isHeld = info.Reason.Contains(Held, StringComparison.Ordinal);
        string text = $"the {cache.CacheType} cache is {Describe(info)}";
        Effects effect = ExaminedInstallation.EffectOf(cache.CacheType);
        return info.State switch
        {
            "off" => Fault(text, isHeld ? another : examined.Remedies.ApplyOnly()) with { Observes = effect },
            "degraded" => Fault(text, Remedy.Advise("mend what it names; it works again by itself")) with
            {
                Observes = effect,
            },
            "memory" => new(Name, Verdict.Note, text, another) { Observes = effect },
            "on" when IsOutdated(info, path) => Fault(
                $"the daemon still uses {info.Database} for {cache.CacheType}: it was started before that was changed",
                examined.Remedies.ApplyOnly()) with
            {
                Observes = effect,
            },
            _ => null,
        };
    }

    private static bool IsOutdated(CacheInfo info, string path) => info.Database.Length > 0
        && !new CacheDatabaseName("lmdb", info.Database).IsSameFile(new CacheDatabaseName("lmdb", path));

    private static string Describe(CacheInfo info) => info.State switch
    {
        "memory" => $"held in memory, and ends with the process: {info.Reason}",
        "degraded" => $"degraded, and new sessions are not kept: {info.Reason}",
        _ => $"off: {info.Reason}",
    };

    private static Finding Fault(string text, Remedy remedy) => new(Name, Verdict.Fault, text, remedy);
}
