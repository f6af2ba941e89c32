using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Differential.Drivers;

namespace TlsMgr.Differential.Cases;

/// <summary>Cases of session caches: every type and spelling, shared files, damaged and foreign files.</summary>
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
            yield return new SideCase(Group, $"type {type}:", daemon => Use(daemon, $"{SmtpdDatabase}{type}:${{data_directory}}/c"), quirks);
        }
    }

    private static IEnumerable<SideCase> Names()
    {
        yield return new SideCase(Group, "no type", daemon => Use(daemon, $"{SmtpdDatabase}${{data_directory}}/c", "default_database_type = btree"));
        yield return new SideCase(Group, "no type and no directory", daemon => Use(daemon, $"{SmtpdDatabase}c", "default_database_type = btree"));
        yield return new SideCase(Group, "nothing before the colon", daemon => Use(daemon, $"{SmtpdDatabase}:x"));
        yield return new SideCase(Group, "a relative name", daemon => Use(daemon, $"{SmtpdDatabase}btree:c"));
        yield return new SideCase(
            Group, "a directory that is not there", daemon => Use(daemon, $"{SmtpdDatabase}btree:/nonexistent/c"), "cache-not-opened");
        yield return new SideCase(Group, "a foreign directory", daemon =>
        {
            Directory.CreateDirectory(Path.Combine(daemon.Directories.Root, "foreign"));
            Use(daemon, $"{SmtpdDatabase}btree:/rig/foreign/c");
        });
        yield return new SideCase(Group, "timeout 0 and a database", daemon =>
            Use(daemon, $"{SmtpdDatabase}btree:${{data_directory}}/c", "smtpd_tls_session_cache_timeout = 0"));
        yield return new SideCase(Group, "one file for two caches", daemon =>
            Use(daemon, $"{SmtpdDatabase}btree:${{data_directory}}/x", $"{SmtpDatabase}btree:${{data_directory}}/x"));
        yield return new SideCase(Group, "one file for two caches, one with timeout 0", daemon =>
            Use(daemon, $"{SmtpdDatabase}btree:${{data_directory}}/x", $"{SmtpDatabase}btree:${{data_directory}}/x", "smtp_tls_session_cache_timeout = 0"));
        yield return new SideCase(
            Group, "one file for two caches, spelled otherwise",
            daemon => Use(daemon, $"{SmtpdDatabase}btree:${{data_directory}}/x", $"{SmtpDatabase}btree:${{data_directory}}/./x"), "same-cache-file");
        yield return new SideCase(
            Group, "one file for two caches, of two types",
            daemon => Use(daemon, $"{SmtpdDatabase}btree:${{data_directory}}/x", $"{SmtpDatabase}hash:${{data_directory}}/x"), "same-cache-file");
    }

    private static IEnumerable<SideCase> Files()
    {
        yield return new SideCase(Group, "btree: file with garbage", daemon =>
        {
            daemon.WriteGarbage("c.db", "c.lmdb");
            Use(daemon, $"{SmtpdDatabase}btree:${{data_directory}}/c");
        }, "cache-damaged");
        yield return new SideCase(Group, "lmdb: file with garbage", daemon =>
        {
            daemon.WriteGarbage("c.lmdb");
            Use(daemon, $"{SmtpdDatabase}lmdb:${{data_directory}}/c");
        }, "cache-damaged");
        yield return new SideCase(Group, "a symbolic link to a file of one's own", daemon =>
        {
            foreach (string name in (string[])["c.db", "c.lmdb"])
            {
                string target = Path.Combine(daemon.Directories.Data, "target" + Path.GetExtension(name));
                File.WriteAllBytes(target, []);
                daemon.Directories.Own(target);
                File.CreateSymbolicLink(Path.Combine(daemon.Directories.Data, name), target);
            }

            Use(daemon, $"{SmtpdDatabase}btree:${{data_directory}}/c");
        }, "cache-not-ours");
        yield return new SideCase(Group, "a file owned by root, writable for all", daemon =>
        {
            foreach (string name in (string[])["c.db", "c.lmdb"])
            {
                string file = Path.Combine(daemon.Directories.Data, name);
                File.WriteAllBytes(file, []);
                File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);
            }

            Use(daemon, $"{SmtpdDatabase}btree:${{data_directory}}/c");
        }, "cache-made-anew");
        yield return new SideCase(Group, "lmdb: an id longer than the table takes", daemon =>
            UseId(daemon, new string('i', 600), $"{SmtpdDatabase}lmdb:${{data_directory}}/c"), "long-cache-id");
        yield return new SideCase(Group, "what a restart finds", daemon => Restart(daemon), "sessions-survive");
        yield return new SideCase(Group, "what a restart finds when nothing is to be kept", daemon =>
            Restart(daemon, "tlsmgr_session_cache_persist = no"));
    }

    private static void Restart(DaemonUnderTest daemon, params string[] mainCf)
    {
        Use(daemon, [$"{SmtpdDatabase}btree:${{data_directory}}/c", .. mainCf]);
        daemon.StartAgain();
        daemon.Ask("request|lookup|cache_type|smtpd|cache_id|id||");
    }

    private static void Use(DaemonUnderTest daemon, params string[] mainCf) => UseId(daemon, "id", mainCf);

    private static void UseId(DaemonUnderTest daemon, string id, params string[] mainCf)
    {
        daemon.Configure([LogLevel, .. mainCf]);
        daemon.Start();
        daemon.Ask("request|policy|cache_type|smtpd||");
        daemon.Ask($"request|update|cache_type|smtpd|cache_id|{id}|session|QUJD||");
        daemon.Ask($"request|lookup|cache_type|smtpd|cache_id|{id}||");
        daemon.Ask("request|seed|size|8||");
    }

    private static void WriteGarbage(this DaemonUnderTest daemon, params string[] names)
    {
        byte[] garbage = [.. Enumerable.Range(0, GarbageBytes).Select(i => (byte)(i * 31))];
        foreach (string name in names)
        {
            string file = Path.Combine(daemon.Directories.Data, name);
            File.WriteAllBytes(file, garbage);
            File.SetUnixFileMode(file, OwnerOnly);
            daemon.Directories.Own(file);
        }
    }
}
