using System;
using System.Diagnostics;
using System.IO;
using Shouldly;
using TlsMgr.Testing;
using Xunit;
using static TlsMgr.Daemon.Tests.Faults.OneSession;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// Cache files with owners, modes and names that a volume of a container or an administrator gave them. Shims imitate
/// the file systems.
/// </summary>
[Trait("Needs", "root")]
public sealed class OddFileSystemTests
{
    [Theory]
    [InlineData("group may write", "file is writable by other users", "it is writable by other users")]
    [InlineData("root's", "file is owned by user id 0", "it belongs to another user")]
    public void Files_that_others_own_or_may_write_are_made_anew(string kind, string objection, string ofExchangeFile)
    {
        using RunningDaemon daemon = new(FaultRun.CacheLines, ["-u", "-c"]);
        daemon.Ask(Store).ShouldBe(Stored);
        daemon.HangUp().ShouldBe(0);
        foreach (string file in new[] { daemon.CacheFile, daemon.ExchangeFile })
        {
            Change(file, kind);
        }

        daemon.StartAgain();

        daemon.Ask(Find).ShouldBe(NotFound, "others may have written it");
        daemon.Ask(Store).ShouldBe(Stored);
        daemon.Log.TakeTexts().ShouldBe(
        [
            $"warning: tls_prng_exch_open: PRNG exchange file {daemon.ExchangeFile}: {ofExchangeFile} -- removed and made anew",
            $"warning: open database {daemon.CacheFile}: {objection} -- removed and made anew",
        ]);
        daemon.StartAgain();
        daemon.Ask(Find).ShouldBe(Found);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("forced-owner", "does not keep owners and modes")]
    [InlineData("no-shared-map", "has no shared memory maps")]
    public void A_cache_is_in_memory_where_the_file_system_lacks_what_it_needs(string circumstance, string reason)
    {
        using FaultShim shim = new(circumstance);
        shim.IsOn = true;
        DaemonDirectories directories = new(FaultRun.CacheLines[0], "tls_random_exchange_name =");
        using RunningDaemon daemon = new(directories, ["-u", "-c"], shim: shim);
        for (int start = 0; start < 2; start++)
        {
            daemon.Ask(Policy).ShouldBe(Cachable);
            daemon.Ask(Find).ShouldBe(NotFound);
            daemon.Ask(Store).ShouldBe(Stored);
            daemon.Ask(Find).ShouldBe(Found);
            daemon.Log.TakeTexts().ShouldBe(
            [
                $"warning: btree:{daemon.Directories.Data}/smtpd_scache: the file system of {daemon.CacheFile} {reason}"
                + " -- the smtpd sessions are held in memory, and end with this process",
            ]);
            File.Exists(daemon.CacheFile).ShouldBeFalse("nothing half made is left");
            daemon.HangUp().ShouldBe(0);
            daemon.Master.StartAgain();
        }
    }

    [Fact]
    public void A_symbolic_link_is_named_as_one()
    {
        DaemonDirectories directories = FaultRun.MakeDirectories();
        string link = Path.Combine(directories.Data, "smtpd_scache.lmdb");
        File.CreateSymbolicLink(link, "/nonexistent");
        using RunningDaemon daemon = new(directories, ["-u", "-c"]);

        daemon.Ask(Policy).ShouldBe(NotCachable);
        string fault = $"open database {link}: it is a symbolic link, which is not followed";
        daemon.Log.TakeTexts().ShouldBe(
            [$"error: {fault}", $"warning: btree:{directories.Data}/smtpd_scache is unavailable. {fault}"]);
    }

    [Fact]
    public void A_file_of_another_instance_is_not_waited_for()
    {
        using RunningDaemon holder = new(FaultRun.CacheLines, ["-u", "-c"]);
        holder.Ask(Store).ShouldBe(Stored);
        string database = $"btree:{holder.Directories.Data}/smtpd_scache";
        DaemonDirectories directories = new($"smtpd_tls_session_cache_database = {database}");
        long start = Stopwatch.GetTimestamp();
        using RunningDaemon daemon = new(directories, ["-u", "-c"]);

        daemon.Ask(Policy).ShouldBe(NotCachable);

        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(0.9));
        string fault = $"{database}: unable to get exclusive lock: Resource temporarily unavailable"
            + $" -- it is held by process {holder.Master.Process.Id} of the Postfix instance at {holder.Directories.Queue}";
        daemon.Log.TakeTexts().ShouldBe([$"error: {fault}", $"warning: {database} is unavailable. {fault}"]);
        holder.Ask(Find).ShouldBe(Found);
    }

    private static void Change(string file, string kind)
    {
        if (kind == "root's")
        {
            byte[] bytes = File.ReadAllBytes(file);
            File.Delete(file);
            File.WriteAllBytes(file, bytes);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        else
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
        }
    }
}
