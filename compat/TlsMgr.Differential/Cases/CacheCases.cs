// Session caches: every type and spelling, shared files, files in trouble.

using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Differential.Drivers;

namespace TlsMgr.Differential.Cases;

/// <summary>The cases of session caches.</summary>
internal static class CacheCases
{
    private const string Group = "caches";
    private const string SmtpdDatabase = "smtpd_tls_session_cache_database = ";
    private const string SmtpDatabase = "smtp_tls_session_cache_database = ";
    private const string LogLevel = "smtpd_tls_loglevel = 2";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int GarbageBytes = 20000;

    internal static IEnumerable<SideCase> All() => Types().Concat(Names()).Concat(Files());

    private static IEnumerable<SideCase> Types()
    {
        (string Type, string[] Quirks)[] types =
        [
            ("btree", []), ("hash", []), ("lmdb", []), ("bogus", ["cache-not-opened"]),
            ("internal", ["cache-not-opened"]), ("texthash", ["cache-not-opened"]), ("regexp", ["cache-not-opened"]),
            ("static", ["cache-not-opened"]), ("proxy:btree", ["cache-not-opened"]), ("sdbm", ["cache-file-name"]),
            ("dbm", ["cache-file-name"]), ("cdb", ["cache-file-name"]), ("BTREE", ["cache-not-opened"]),
        ];
        foreach ((string type, string[] quirks) in types)
        {
            yield return new SideCase(Group, $"type {type}:", stage => Use(stage, $"{SmtpdDatabase}{type}:${{data_directory}}/c"), quirks);
        }
    }

    private static IEnumerable<SideCase> Names()
    {
        yield return new SideCase(Group, "no type", stage => Use(stage, $"{SmtpdDatabase}${{data_directory}}/c", "default_database_type = btree"));
        yield return new SideCase(Group, "no type and no directory", stage => Use(stage, $"{SmtpdDatabase}c", "default_database_type = btree"));
        yield return new SideCase(Group, "nothing before the colon", stage => Use(stage, $"{SmtpdDatabase}:x"));
        yield return new SideCase(Group, "a relative name", stage => Use(stage, $"{SmtpdDatabase}btree:c"));
        yield return new SideCase(
            Group, "a directory that is not there", stage => Use(stage, $"{SmtpdDatabase}btree:/nonexistent/c"), "cache-not-opened");
        yield return new SideCase(Group, "a foreign directory", stage =>
        {
            Directory.CreateDirectory(Path.Combine(stage.Directories.Root, "foreign"));
            Use(stage, $"{SmtpdDatabase}btree:/rig/foreign/c");
        });
        yield return new SideCase(Group, "timeout 0 and a database", stage =>
            Use(stage, $"{SmtpdDatabase}btree:${{data_directory}}/c", "smtpd_tls_session_cache_timeout = 0"));
        yield return new SideCase(Group, "one file for two caches", stage =>
            Use(stage, $"{SmtpdDatabase}btree:${{data_directory}}/x", $"{SmtpDatabase}btree:${{data_directory}}/x"));
        yield return new SideCase(Group, "one file for two caches, one with timeout 0", stage =>
            Use(stage, $"{SmtpdDatabase}btree:${{data_directory}}/x", $"{SmtpDatabase}btree:${{data_directory}}/x", "smtp_tls_session_cache_timeout = 0"));
        yield return new SideCase(
            Group, "one file for two caches, spelled otherwise",
            stage => Use(stage, $"{SmtpdDatabase}btree:${{data_directory}}/x", $"{SmtpDatabase}btree:${{data_directory}}/./x"), "same-cache-file");
        yield return new SideCase(
            Group, "one file for two caches, of two types",
            stage => Use(stage, $"{SmtpdDatabase}btree:${{data_directory}}/x", $"{SmtpDatabase}hash:${{data_directory}}/x"), "same-cache-file");
    }

    private static IEnumerable<SideCase> Files()
    {
        yield return new SideCase(Group, "btree: file with garbage", stage =>
        {
            stage.Garbage("c.db", "c.lmdb");
            Use(stage, $"{SmtpdDatabase}btree:${{data_directory}}/c");
        }, "cache-damaged");
        yield return new SideCase(Group, "lmdb: file with garbage", stage =>
        {
            stage.Garbage("c.lmdb");
            Use(stage, $"{SmtpdDatabase}lmdb:${{data_directory}}/c");
        }, "cache-damaged");
        yield return new SideCase(Group, "a symbolic link to a file of one's own", stage =>
        {
            foreach (string name in (string[])["c.db", "c.lmdb"])
            {
                string target = Path.Combine(stage.Directories.Data, "target" + Path.GetExtension(name));
                File.WriteAllBytes(target, []);
                stage.Directories.Own(target);
                File.CreateSymbolicLink(Path.Combine(stage.Directories.Data, name), target);
            }

            Use(stage, $"{SmtpdDatabase}btree:${{data_directory}}/c");
        }, "cache-not-ours");
        yield return new SideCase(Group, "a file owned by root, writable for all", stage =>
        {
            foreach (string name in (string[])["c.db", "c.lmdb"])
            {
                string file = Path.Combine(stage.Directories.Data, name);
                File.WriteAllBytes(file, []);
                File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);
            }

            Use(stage, $"{SmtpdDatabase}btree:${{data_directory}}/c");
        }, "cache-not-ours");
        yield return new SideCase(Group, "lmdb: an id longer than the table takes", stage =>
            UseId(stage, new string('i', 600), $"{SmtpdDatabase}lmdb:${{data_directory}}/c"), "long-cache-id");
        yield return new SideCase(Group, "what a restart finds", stage => Restart(stage), "sessions-survive");
        yield return new SideCase(Group, "what a restart finds when nothing is to be kept", stage =>
            Restart(stage, "tlsmgr_session_cache_persist = no"));
    }

    private static void Restart(DaemonUnderTest stage, params string[] mainCf)
    {
        Use(stage, [$"{SmtpdDatabase}btree:${{data_directory}}/c", .. mainCf]);
        stage.StartAgain();
        stage.Ask("request|lookup|cache_type|smtpd|cache_id|id||");
    }

    private static void Use(DaemonUnderTest stage, params string[] mainCf) => UseId(stage, "id", mainCf);

    private static void UseId(DaemonUnderTest stage, string id, params string[] mainCf)
    {
        stage.Configure([LogLevel, .. mainCf]);
        stage.Start();
        stage.Ask("request|policy|cache_type|smtpd||");
        stage.Ask($"request|update|cache_type|smtpd|cache_id|{id}|session|QUJD||");
        stage.Ask($"request|lookup|cache_type|smtpd|cache_id|{id}||");
        stage.Ask("request|seed|size|8||");
    }

    private static void Garbage(this DaemonUnderTest stage, params string[] names)
    {
        byte[] garbage = [.. Enumerable.Range(0, GarbageBytes).Select(i => (byte)(i * 31))];
        foreach (string name in names)
        {
            string file = Path.Combine(stage.Directories.Data, name);
            File.WriteAllBytes(file, garbage);
            File.SetUnixFileMode(file, OwnerOnly);
            stage.Directories.Own(file);
        }
    }
}
