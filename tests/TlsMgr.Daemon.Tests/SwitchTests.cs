using System.Diagnostics;
using System.IO;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>make install and make uninstall, on a Postfix configuration in a temporary directory.</summary>
public sealed class SwitchTests
{
    private const string Entry = "tlsmgr     unix  -       -       y       1000?   1       ";

    [Fact]
    public void Postfix_is_switched_over_and_back_as_often_as_one_likes()
    {
        using DaemonDirectories directories = new();
        string daemons = Directory.CreateDirectory(Path.Combine(directories.Root, "libexec")).FullName;
        directories.WriteMainCf(
            $"daemon_directory = {daemons}", "smtpd_tls_session_cache_database = btree:${data_directory}/scache");
        string[] caches = [Path.Combine(directories.Data, "scache.db"), Path.Combine(directories.Data, "scache.lmdb")];
        string masterCf = Path.Combine(directories.Config, "master.cf");
        File.WriteAllText(masterCf, "smtp inet n - y - - smtpd\n" + Entry + "tlsmgr -v\n    -o { syslog_name = a b }\n");
        string binary = Path.Combine(daemons, "tlsmgr-net");

        Store(caches);
        Switch(directories, "install", PublishedBinary.Path);
        caches.ShouldNotContain(path => File.Exists(path));
        Store(caches);
        Switch(directories, "install", PublishedBinary.Path);
        caches.ShouldAllBe(path => File.Exists(path));
        File.ReadAllBytes(binary).ShouldBe(File.ReadAllBytes(PublishedBinary.Path));
        Normalize(File.ReadAllText(masterCf)).ShouldBe(
            "smtp inet n - y - - smtpd tlsmgr unix - - y 1000? 1 tlsmgr-net -v -o {syslog_name=a b}");

        Switch(directories, "uninstall");
        caches.ShouldNotContain(path => File.Exists(path));
        Store(caches);
        Switch(directories, "uninstall");
        caches.ShouldAllBe(path => File.Exists(path));
        File.Exists(binary).ShouldBeFalse();
        Normalize(File.ReadAllText(masterCf)).ShouldBe(
            "smtp inet n - y - - smtpd tlsmgr unix - - y 1000? 1 tlsmgr -v -o {syslog_name=a b}");
    }

    private static void Store(string[] caches)
    {
        foreach (string path in caches)
        {
            File.WriteAllText(path, "");
        }
    }

    private static void Switch(DaemonDirectories directories, params string[] arguments)
    {
        ProcessStartInfo start = new(Path.Combine(RepositoryRoot.Path, "compat", "switch.sh"), arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["MAIL_CONFIG"] = directories.Config;
        using Process process = Process.Start(start)!;
        string complaints = process.StandardError.ReadToEnd();
        process.WaitForExit(PublishedBinary.Patience).ShouldBeTrue();
        process.ExitCode.ShouldBe(0, complaints);
    }

    private static string Normalize(string text) =>
        string.Join(' ', text.Split([' ', '\n'], System.StringSplitOptions.RemoveEmptyEntries));
}
