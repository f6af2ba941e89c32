using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Daemon.Tests.Faults;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>make install and make uninstall, on a Postfix configuration in a temporary directory.</summary>
public sealed class SwitchTests
{
    private const string Entry = "tlsmgr     unix  -       -       y       1000?   1       ";

    private static readonly string Command = Path.Combine("src", "packaging", "postfix-tlsmgr-net");

    [Fact]
    public void Switching_Postfix_over_and_back_is_idempotent()
    {
        using DaemonDirectories directories = new();
        string daemons = Directory.CreateDirectory(Path.Combine(directories.Root, "libexec")).FullName;
        WriteProgram(daemons, "tlsmgr");
        directories.WriteMainCf(
            $"daemon_directory = {daemons}", "smtpd_tls_session_cache_database = btree:${data_directory}/scache");
        string[] caches = [Path.Combine(directories.Data, "scache.db"), Path.Combine(directories.Data, "scache.lmdb")];
        string masterCf = Path.Combine(directories.Config, "master.cf");
        File.WriteAllText(masterCf, "smtp inet n - y - - smtpd\n" + Entry + "tlsmgr -v\n    -o { syslog_name = a b }\n");
        string binary = Path.Combine(daemons, "tlsmgr-net");

        string ownFile = Path.Combine(directories.Config, "tlsmgr.cf");
        File.Delete(ownFile);

        Store(directories, caches);
        Switch(directories, "install", PublishedBinary.Path);
        caches.ShouldNotContain(path => File.Exists(path));
        File.ReadAllText(ownFile).ShouldContain("\n#tlsmgr_sandbox = yes\n");
        File.WriteAllText(ownFile, "# kept");
        Store(directories, caches);
        Switch(directories, "install", PublishedBinary.Path);
        caches.ShouldAllBe(path => File.Exists(path));
        File.ReadAllBytes(binary).ShouldBe(File.ReadAllBytes(PublishedBinary.Path));
        File.ReadAllText(ownFile).ShouldBe("# kept");
        Normalize(File.ReadAllText(masterCf)).ShouldBe(
            "smtp inet n - y - - smtpd tlsmgr unix - - y 1000? 1 tlsmgr-net -v -o {syslog_name=a b}");

        Switch(directories, "uninstall");
        caches.ShouldNotContain(path => File.Exists(path));
        Store(directories, caches);
        Switch(directories, "uninstall");
        caches.ShouldAllBe(path => File.Exists(path));
        File.Exists(binary).ShouldBeFalse();
        Normalize(File.ReadAllText(masterCf)).ShouldBe(
            "smtp inet n - y - - smtpd tlsmgr unix - - y 1000? 1 tlsmgr -v -o {syslog_name=a b}");
    }

    [Theory]
    [InlineData("smtpd_scache.lmdb", "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache")]
    [InlineData("smtpd_scache.lmdb", "smtpd_tls_session_cache_database = lmdb:${data_directory}/smtpd_scache")]
    [InlineData("smtpd_scache.lmdb", "smtpd_tls_session_cache_database = sdbm:${data_directory}/smtpd_scache")]
    [InlineData("smtpd_scache.lmdb", "smtpd_tls_session_cache_database = ${data_directory}/smtpd_scache")]
    [InlineData("smtpd_scache.lmdb", "smtpd_tls_session_cache_database = hash:../data/smtpd_scache")]
    [InlineData("smtpd_scache.lmdb", "smtpd_tls_session_cache_database = btree:/etc/smtpd_scache")]
    [InlineData("x.lmdb", "", "smtpd_tls_session_cache_database=btree:${data_directory}/x")]
    [InlineData(
        "y.lmdb", "mail_name = x", "smtpd_tls_session_cache_database=btree:$data_directory/$mail_name", "mail_name=y")]
    [InlineData("tlsmgr_control", "")]
    [InlineData("ticket_key_seal", "")]
    [InlineData("elsewhere", "tlsmgr_control_socket = elsewhere")]
    [InlineData("there", "tlsmgr_control_socket = elsewhere", "tlsmgr_control_socket=there")]
    public void Files_of_the_daemon_are_removed_except_the_exchange_file(
        string file, string mainCfLine, params string[] options)
    {
        string[] overrides = [.. options.SelectMany(static option => new[] { "-o", option })];
        using RunningDaemon daemon = new([mainCfLine], overrides);
        daemon.Ask(OneSession.Store);
        daemon.HangUp();
        Files(daemon.Directories).ShouldContain(file);
        WriteEntry(daemon.Directories, $"tlsmgr-net {string.Join(' ', overrides)}");

        Off(daemon.Directories);

        Files(daemon.Directories).ShouldBe(["prng_exch"]);
    }

    [Theory]
    [InlineData("smtpd_scache.lmdb", "smtpd_tls_session_cache_database = cidr:${data_directory}/smtpd_scache")]
    [InlineData("smtpd_scache.db", "smtpd_tls_session_cache_database = sdbm:${data_directory}/smtpd_scache")]
    [InlineData("prng_exch", "tlsmgr_control_socket = prng_exch")]
    [InlineData("x.lmdb", "smtpd_tls_session_cache_database = btree:${data_directory}/x", "mail_owner = nobody")]
    [InlineData("x.lmdb", "smtpd_tls_session_cache_database = btree:${data_directory}/x", "mail_owner = not-a-user")]
    public void Files_that_the_daemon_did_not_create_stay(string file, params string[] mainCfLines)
    {
        using DaemonDirectories directories = new(mainCfLines);
        WriteEntry(directories, "tlsmgr-net");
        Store(directories, Path.Combine(directories.Data, file));

        Off(directories);

        Files(directories).ShouldBe([file]);
    }

    [Fact]
    public void A_symbolic_link_and_a_socket_in_another_directory_stay()
    {
        using DaemonDirectories directories = new(
            "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
            "tlsmgr_control_socket = ../queue/private/x");
        WriteEntry(directories, "tlsmgr-net");
        File.CreateSymbolicLink(Path.Combine(directories.Data, "smtpd_scache.lmdb"), "x");
        string socket = Path.Combine(directories.Queue, "private", "x");
        using UnixListener listener = new(socket);
        directories.Own(socket);

        Off(directories);

        Files(directories).ShouldBe(["smtpd_scache.lmdb"]);
        File.Exists(socket).ShouldBeTrue();
    }

    [Fact]
    public void A_dry_run_of_off_everywhere_changes_nothing()
    {
        using DaemonDirectories directories = new();
        WriteInstance(directories, directories.Config, "");
        string masterCf = Path.Combine(directories.Config, "master.cf");
        string before = File.ReadAllText(masterCf);

        (int status, string output) = Start(directories, Command, "--dry-run", "off-everywhere");

        status.ShouldBe(0, output);
        output.ShouldContain($"would set the command of tlsmgr in {masterCf} from tlsmgr-net to tlsmgr");
        File.ReadAllText(masterCf).ShouldBe(before);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("instances")]
    public void A_dry_run_of_what_changes_nothing_is_a_wrong_command_line(string verb)
    {
        using DaemonDirectories directories = new();
        WriteEntry(directories, "tlsmgr");

        (int status, string output) = Start(directories, Command, "--dry-run", verb);

        status.ShouldBe(2);
        output.ShouldStartWith("usage: ");
    }

    [Fact]
    public void One_instance_that_cannot_be_read_keeps_no_other_from_being_switched_back()
    {
        using DaemonDirectories directories = new();
        string bad = Path.Combine(directories.Root, "bad");
        string other = Path.Combine(directories.Root, "other's");
        string blank = Path.Combine(directories.Root, "with  a blank");
        WriteInstance(directories, directories.Config, "");
        WriteInstance(directories, bad, "smtp inet n\n");
        WriteInstance(directories, other, "smtp inet n\n", command: "tlsmgr");
        WriteInstance(directories, blank, "");
        Directory.CreateDirectory(Path.Combine(directories.Root, "state"));
        File.WriteAllText(Path.Combine(directories.Root, "state", "instances"), $"{bad}\n{other}\n{blank}\n");

        (int status, string output) = Start(directories, Command, "off-everywhere");

        status.ShouldBe(1, output);
        output.ShouldContain($"postfix-tlsmgr-net: {bad}: postconf: fatal: ");
        output.ShouldEndWith($"not switched back, or without TLS after it:\n  {bad}\n");
        output.ShouldNotContain(other);
        CommandOf(blank).ShouldBe("tlsmgr");
        CommandOf(directories.Config).ShouldBe("tlsmgr");
    }

    private static void WriteInstance(
        DaemonDirectories directories, string config, string firstLine, string command = "tlsmgr-net")
    {
        string daemons = Directory.CreateDirectory(Path.Combine(directories.Root, "libexec")).FullName;
        Directory.CreateDirectory(config);
        string mainCf = Path.Combine(config, "main.cf");
        File.WriteAllLines(mainCf, [
            .. File.ReadAllLines(Path.Combine(directories.Config, "main.cf")), $"daemon_directory = {daemons}",
        ]);
        File.SetLastWriteTimeUtc(mainCf, DateTime.UnixEpoch);
        File.WriteAllText(Path.Combine(config, "master.cf"), $"{firstLine}{Entry}{command}\n");
        WriteProgram(daemons, "tlsmgr");
    }

    private static void WriteProgram(string daemons, string name)
    {
        string program = Path.Combine(daemons, name);
        File.WriteAllText(program, "#!/bin/sh\n");
        File.SetUnixFileMode(program, File.GetUnixFileMode("/usr/bin/env"));
    }

    private static string CommandOf(string config) => Normalize(File.ReadAllText(Path.Combine(config, "master.cf")))
        .Split(' ')[^1];

    private static string[] Files(DaemonDirectories directories) =>
        [.. Directory.EnumerateFileSystemEntries(directories.Data).Select(Path.GetFileName).Order()!];

    private static void WriteEntry(DaemonDirectories directories, string command) =>
        File.WriteAllText(Path.Combine(directories.Config, "master.cf"), $"{Entry}{command}\n");

    private static void Store(DaemonDirectories directories, params string[] caches)
    {
        foreach (string path in caches)
        {
            File.WriteAllText(path, "");
            directories.Own(path);
        }
    }

    private static void Switch(DaemonDirectories directories, params string[] arguments) =>
        Run(directories, Path.Combine("src", "packaging", "switch.sh"), arguments);

    private static void Off(DaemonDirectories directories) =>
        Run(directories, Command, "off");

    private static void Run(DaemonDirectories directories, string script, params string[] arguments)
    {
        (int status, string output) = Start(directories, script, arguments);
        status.ShouldBe(0, output);
    }

    /// <summary>Runs a script; returns its status, and what it prints on both outputs.</summary>
    private static (int Status, string Output) Start(
        DaemonDirectories directories, string script, params string[] arguments)
    {
        // Postfix's commands wait until main.cf is at least a second old.
        File.SetLastWriteTimeUtc(Path.Combine(directories.Config, "main.cf"), DateTime.UnixEpoch);
        ProcessStartInfo start = new(Path.Combine(RepositoryRoot.Path, script), arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["MAIL_CONFIG"] = directories.Config;
        start.Environment["STATE_DIRECTORY"] = Path.Combine(directories.Root, "state");
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        output += process.StandardError.ReadToEnd();
        process.WaitForExit(PublishedBinary.Timeout).ShouldBeTrue();
        return (process.ExitCode, output);
    }

    private static string Normalize(string text) =>
        string.Join(' ', text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
