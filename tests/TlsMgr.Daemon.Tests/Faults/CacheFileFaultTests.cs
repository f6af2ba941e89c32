using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Testing.Load;
using Xunit;
using static TlsMgr.Daemon.Tests.Faults.OneSession;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Damage to a cache file, while it is closed or in use: the failure is contained to that cache.</summary>
[Trait("Needs", "root")]
public sealed class CacheFileFaultTests
{
    private const int Page = 4096;
    private const int Seed = 20261121;

    /// <summary>Not traced: clients would ask before the next daemon has examined its files, and count a lost session.</summary>
    [Trait("Traced", "not")]
    [Theory]
    [InlineData("removed", null)]
    [InlineData("empty", null)]
    [InlineData("one byte", "it is damaged, or not an LMDB file")]
    [InlineData("cut after its meta pages", "it was cut short")]
    [InlineData("cut in half", "it was cut short")]
    [InlineData("its head overwritten", "it is damaged, or not an LMDB file")]
    [InlineData("its end overwritten", "it is damaged, or not an LMDB file")]
    [InlineData("a text", "it is damaged, or not an LMDB file")]
    public void A_file_that_was_changed_while_closed_is_emptied(string kind, string? reason)
    {
        // It is changed between two daemons. The clients of the load wait meanwhile, and then find an empty cache.
        using FaultRun run = FaultRun.Start(new LoadSettings { MayForget = true });
        RunningDaemon daemon = run.Daemon;
        for (int i = 0; i < 200; i++)
        {
            string session = Convert.ToBase64String(new byte[1000]);
            daemon.Ask($"request|update|cache_type|smtpd|cache_id|id-{i}|session|{session}||").ShouldBe(Stored);
        }

        daemon.HangUp().ShouldBe(0);
        string file = daemon.CacheFile;
        Change(file, kind);
        daemon.StartAgain();

        ShouldWork(daemon);
        daemon.Ask("request|lookup|cache_type|smtpd|cache_id|id-0||").ShouldBe(NotFound);
        daemon.Log.TakeTexts().ShouldBe(reason is null ? [] : [$"warning: {file}: {reason} -- starting with an empty cache"]);
        run.NextLoad().Forgotten.ShouldBeGreaterThan(0);
        run.Serve(500);
        daemon.HangUp().ShouldBe(0);
        daemon.StartAgain();
        daemon.Ask(Find).ShouldBe(Found, "what was stored since is kept");
        run.Serve(500);
        run.StopLoad().Forgotten.ShouldBe(0);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("directory")]
    [InlineData("file")]
    public void An_unwritable_directory_or_file_turns_that_cache_off(string what)
    {
        DaemonDirectories directories = new(
            "smtpd_tls_session_cache_database = btree:${data_directory}/caches/smtpd", FaultRun.CacheLines[1]);
        string directory = Directory.CreateDirectory(Path.Combine(directories.Data, "caches")).FullName;
        string file = Path.Combine(directory, "smtpd.lmdb");
        if (what == "file")
        {
            File.WriteAllBytes(file, []);
            directories.Own(file);
            File.SetUnixFileMode(file, UnixFileMode.UserRead);
        }

        directories.Own(directory);
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using FaultRun run = FaultRun.Start(directories, new LoadSettings { Caches = ["smtp"] });
        RunningDaemon daemon = run.Daemon;

        daemon.Ask(Policy).ShouldBe(NotCachable);
        daemon.Ask(Store).ShouldBe(Refused);
        run.Serve();
        run.StopLoad().Hits.ShouldBeGreaterThan(0, "the other cache works");
        string fault = $"open database {file}: Permission denied";
        daemon.Log.TakeTexts().ShouldBe(
            [$"error: {fault}", $"warning: btree:{directory}/smtpd is unavailable. {fault}"]);
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("empty")]
    [InlineData("cut after its meta pages")]
    [InlineData("cut in half")]
    [InlineData("its head overwritten")]
    [InlineData("its end overwritten")]
    [InlineData("all of it overwritten")]
    [InlineData("sessions overwritten")]
    public void A_file_that_is_changed_in_use_causes_at_most_one_restart(string kind)
    {
        using FaultRun run = FaultRun.Start(new LoadSettings { MayForget = true, MayFault = true });
        run.Serve(2000);

        Change(run.Daemon.CacheFile, kind);

        // From here on the kernel may kill this process at any time, but not the next one.
        run.ServeThroughCrashes(5000).ShouldBeLessThanOrEqualTo(1);
        if (run.Daemon.Master.Process.WaitForExit(TimeSpan.Zero) is null)
        {
            run.Daemon.HangUp();
            run.Daemon.StartAgain();
        }

        run.ServeThroughCrashes(2000).ShouldBe(0);
        run.StopLoad();
        run.Daemon.Log.TakeTexts().Count.ShouldBeLessThan(10, "the fault is logged, not each request");
        ShouldWork(run.Daemon);
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    private static void ShouldWork(RunningDaemon daemon)
    {
        daemon.Ask(Policy).ShouldBe(Cachable);
        daemon.Ask(Store).ShouldBe(Stored);
        daemon.Ask(Find).ShouldBe(Found);
    }

    /// <summary>Changes the file in place, or removes it.</summary>
    private static void Change(string file, string kind)
    {
        if (kind == "removed")
        {
            File.Delete(file);
            return;
        }

        using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        switch (kind)
        {
            case "empty":
                stream.SetLength(0);
                break;
            case "one byte":
                stream.SetLength(1);
                break;
            case "cut after its meta pages":
                stream.SetLength(2 * Page);
                break;
            case "cut in half":
                stream.SetLength(stream.Length / 2 / Page * Page);
                break;
            case "its head overwritten":
                Overwrite(stream, 0, 2 * Page);
                break;
            case "its end overwritten":
                Overwrite(stream, stream.Length / 2, stream.Length / 2);
                break;
            case "all of it overwritten":
                Overwrite(stream, 0, stream.Length);
                break;
            case "sessions overwritten":
                // The last bytes of every page, which belong to values.
                for (long page = 2; page < stream.Length / Page; page++)
                {
                    Overwrite(stream, (page * Page) + Page - 100, 100);
                }

                break;
            default:
                stream.SetLength(0);
                stream.Write(System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a mail log line\n", 5000))));
                break;
        }
    }

    private static void Overwrite(FileStream stream, long offset, long length)
    {
        byte[] noise = new byte[length];
        new System.Random(Seed).NextBytes(noise);
        stream.Position = offset;
        stream.Write(noise);
    }
}
