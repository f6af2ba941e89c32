using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Daemon.Tests.Faults;
using TlsMgr.Native.Libc;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>What the daemon keeps of the rights that it was started with.</summary>
[Trait("Needs", "root")]
public sealed class PrivilegeTests
{
    private static readonly string[] InJail = ["-u", "-c"];

    [Fact]
    public void The_groups_of_every_thread_are_those_of_mail_owner()
    {
        using RunningDaemon daemon = new(options: InJail);
        daemon.Ask("request|seed|size|1||");
        string[] groups = Split(CommandOutput.Of("/usr/bin/id", "-G", daemon.Directories.Owner).Output);

        foreach (string thread in Directory.GetDirectories($"/proc/{daemon.Master.Process.Id}/task"))
        {
            string line = File.ReadLines($"{thread}/status")
                .Single(text => text.StartsWith("Groups:", StringComparison.Ordinal));
            Split(line["Groups:".Length..]).ShouldBe(groups, ignoreOrder: true);
        }
    }

    [Fact]
    public void Files_of_mail_owner_are_opened_without_the_groups_of_root()
    {
        using PreparedBinary binary = PreparedBinary.After(
            "[ \"$HAS_GROUP\" ] || HAS_GROUP=1 exec setpriv --groups 0 \"$0\" \"$@\"");
        DaemonDirectories directories = new();
        string closed = Directory.CreateDirectory(Path.Combine(directories.Root, "closed")).FullName;
        string open = Directory.CreateDirectory(Path.Combine(closed, "open")).FullName;
        directories.Own(open);
        File.SetUnixFileMode(closed, (UnixFileMode)0b111_101_000);
        directories.WriteMainCf($"smtpd_tls_session_cache_database = btree:{open}/smtpd_scache");

        using RunningDaemon daemon = new(directories, InJail, binary: binary.Path);
        daemon.Ask("request|seed|size|1||");

        daemon.Log.TakeTexts().ShouldContain(
            $"error: open database {open}/smtpd_scache.lmdb: Permission denied");
        File.Exists($"{open}/smtpd_scache.lmdb").ShouldBeFalse();
    }

    [Fact]
    public void What_root_alone_may_read_is_read_before_privileges_are_dropped()
    {
        DaemonDirectories directories = new();
        string key = MakeSecret(directories, "key.pem");
        string entropy = MakeSecret(directories, "entropy");
        directories.WriteMainCf(
            FaultRun.CacheLines[0], $"smtpd_tls_key_file = {key}", $"tls_random_source = {entropy}");
        using RunningDaemon daemon = new(directories, InJail);
        daemon.Ask(OneSession.Store).ShouldBe(OneSession.Stored);

        daemon.StartAgain();

        daemon.Ask(OneSession.Find).ShouldBe(OneSession.Found, "the key is the same");
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void A_process_that_never_was_root_cannot_be_dumped_either()
    {
        // Where root becomes another user, the kernel itself forbids dumps.
        DaemonDirectories directories = new();
        string copy = Path.Combine(directories.Root, "tlsmgr");
        File.Copy(PublishedBinary.Path, copy);
        using PreparedBinary binary = PreparedBinary.After(
            $"exec setpriv --reuid {directories.Owner} --regid {directories.Owner} --clear-groups '{copy}' \"$@\"");
        using RunningDaemon daemon = new(directories, [], binary: binary.Path);
        daemon.Ask("request|seed|size|1||");

        // These files belong to root while the process is not dumpable (proc(5)).
        string process = $"/proc/{daemon.Master.Process.Id}";
        File.ReadLines($"{process}/status").Single(line => line.StartsWith("Uid:", StringComparison.Ordinal))
            .ShouldNotContain("\t0");
        FileStatus.OfPath($"{process}/mem", out FileStatus status).ShouldBe(0);
        status.Owner.ShouldBe(0u);
    }

    private static string MakeSecret(DaemonDirectories directories, string name)
    {
        string path = Path.Combine(directories.Root, name);
        File.WriteAllText(path, "for root");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static string[] Split(string groups) =>
        groups.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
