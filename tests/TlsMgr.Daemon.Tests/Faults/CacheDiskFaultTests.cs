using System;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Testing.Load;
using Xunit;
using static TlsMgr.Daemon.Tests.Faults.OneSession;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// A full or failing disk: sessions are not stored meanwhile, and everything else is served as before.
/// </summary>
[Trait("Needs", "root")]
public sealed class CacheDiskFaultTests
{
    private static readonly string[] Caches = ["smtp", "smtpd"];
    private static readonly LoadSettings MayFault = new() { MayFault = true };

    /// <summary>More than the minute after which a cache is reported to work again.</summary>
    private static readonly TimeSpan OverAMinute = TimeSpan.FromSeconds(61);

    [Fact]
    public void A_full_disk_is_logged_once_and_recovered_from()
    {
        using FaultShim clock = new("clock");
        using SmallDisk disk = new("64k");
        DaemonDirectories directories = new(
            $"smtpd_tls_session_cache_database = btree:{disk.Path}/smtpd", FaultRun.CacheLines[1]);
        directories.Own(disk.Path);
        // Sessions of several pages: the disk accepts the first pages, and LMDB reports the partial write as an I/O
        // error.
        using FaultRun run = FaultRun.Start(directories, MayFault with { SessionBytes = 20_000 }, shim: clock);

        run.Serve(4000);
        run.Daemon.Ask(Policy).ShouldBe(Cachable);
        string cache = $"smtpd TLS cache btree:{disk.Path}/smtpd: ";
        run.Daemon.Log.TakeTexts().ShouldBe([$"warning: {cache}No space left on device -- sessions are not kept for now"]);
        run.NextLoad().Faults.ShouldBeGreaterThan(0);

        disk.Grow("32m");
        run.Serve(2000);
        clock.MonotonicShift = OverAMinute;
        run.Daemon.Log.WaitFor(cache, PublishedBinary.Timeout).ShouldBe([$"{cache}works again"]);
        run.NextLoad();
        run.Serve(4000);
        LoadReport recovered = run.StopLoad();
        recovered.Faults.ShouldBe(0);
        recovered.Hits.ShouldBeGreaterThan(0);
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void A_disk_that_fails_to_write_loses_no_confirmed_session()
    {
        using FaultShim shim = new("disk-write");
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories(), MayFault, shim: shim);
        run.Serve();
        run.Daemon.Ask(Store).ShouldBe(Stored);

        shim.IsOn = true;
        run.Serve();
        run.Daemon.Ask(Store).ShouldBe(Refused);
        run.Daemon.Ask(Find).ShouldBe(Found);
        shim.FailedCalls.ShouldBeGreaterThan(0);
        shim.IsOn = false;

        run.Serve();
        run.Daemon.Ask(Store).ShouldBe(Stored);
        run.StopLoad().Forgotten.ShouldBe(0);
        run.Daemon.Log.TakeTexts().Order().ShouldBe(
            Caches.Select(name => $"warning: {name} TLS cache btree:{run.Daemon.Directories.Data}/"
                + $"{name}_scache: Input/output error -- sessions are not kept for now"));
    }

    [Fact]
    public void A_cache_whose_transaction_cannot_be_undone_is_off_until_the_next_start()
    {
        using FaultShim shim = new("disk-meta");
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories("tlsmgr_status_update_time = 600s"), MayFault, shim: shim);
        RunningDaemon daemon = run.Daemon;
        run.Serve();
        daemon.Ask(Store).ShouldBe(Stored);

        shim.IsOn = true;
        run.Serve();
        daemon.Ask(Store).ShouldBe(Refused);
        shim.IsOn = false;

        daemon.Ask(Policy).ShouldBe(NotCachable);
        run.NextLoad().Faults.ShouldBeGreaterThan(0);
        run.Serve();
        run.NextLoad().Hits.ShouldBe(0);
        daemon.Log.TakeTexts().Count(text => text.EndsWith(" -- off until tlsmgr is started again", StringComparison.Ordinal))
            .ShouldBe(2, "once for each cache");
        CommandOutput.Of(PublishedBinary.Control, "stats", "-c", daemon.Directories.Config).Lines
            .ShouldContain(line => line.StartsWith("smtpd ", StringComparison.Ordinal), "its statistics stay");
        daemon.HangUp().ShouldBe(0);
        daemon.Log.TakeTexts().ShouldContain(text => Regex.IsMatch(
            text, @"^statistics: smtpd session cache \(off: [^)]+\): lookups "));
        daemon.StartAgain();
        run.NextLoad();
        daemon.Ask(Find).ShouldBe(Found);
        daemon.Ask(Policy).ShouldBe(Cachable);
        run.Serve();
        run.StopLoad().Faults.ShouldBe(0);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void A_bad_sector_is_detected_before_the_file_is_mapped()
    {
        using FaultShim shim = new("disk-read");
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories(), new LoadSettings { MayForget = true }, shim: shim);
        RunningDaemon daemon = run.Daemon;
        string session = Convert.ToBase64String(new byte[100_000]);
        foreach (string cache in Caches)
        {
            daemon.Ask($"request|update|cache_type|{cache}|cache_id|large|session|{session}||").ShouldBe(Stored);
        }

        run.Serve();
        daemon.HangUp().ShouldBe(0);

        shim.IsOn = true;
        daemon.StartAgain();

        daemon.Ask(Store).ShouldBe(Stored);
        daemon.Ask(Find).ShouldBe(Found);
        run.Serve();
        daemon.Log.TakeTexts().Order().ShouldBe(Caches.Select(cache =>
            $"warning: {daemon.Directories.Data}/{cache}_scache.lmdb: it cannot be read -- starting with an empty cache"));
        shim.FailedCalls.ShouldBe(2, "once for each cache");
    }
}
