using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>Limits of session caches, on the published binary.</summary>
public sealed class BoundedCacheTests
{
    private const int SizeLimitBytes = 4 * 1024 * 1024;
    private const string Database = "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache";

    [Fact]
    public void The_sessions_stored_longest_ago_are_evicted_first_and_counted_in_the_log()
    {
        using RunningDaemon daemon = new([Database, "smtpd_tls_session_cache_entry_limit = 100"]);
        using AttributeClient client = daemon.Connect();
        client.ReadList();
        Store(client, 300, 1500);

        Find(client, 0).ShouldBeFalse();
        Find(client, 199).ShouldBeFalse();
        Enumerable.Range(200, 100).ShouldAllBe(number => Find(client, number));

        daemon.HangUp();
        daemon.Log.TakeTexts().ShouldContain(
            $"smtpd TLS cache btree:{daemon.Directories.Data}/smtpd_scache: limit reached: "
            + "200 sessions removed before their time");
    }

    [Fact]
    public void The_file_stays_within_its_limit_and_every_store_succeeds()
    {
        using RunningDaemon daemon = new([Database, $"smtpd_tls_session_cache_size_limit = {SizeLimitBytes}"]);
        using AttributeClient client = daemon.Connect();
        client.ReadList();
        Store(client, 10_000, 1500);

        new FileInfo(daemon.CacheFile).Length.ShouldBeLessThanOrEqualTo(SizeLimitBytes);
        Find(client, 9_999).ShouldBeTrue();
    }

    [Fact]
    public void A_large_session_that_finds_no_room_fails_alone()
    {
        const int LargeBytes = 700_000;
        using RunningDaemon daemon = new([Database, $"smtpd_tls_session_cache_size_limit = {SizeLimitBytes}"]);
        using AttributeClient large = daemon.Connect();
        large.ReadList();
        string session = Convert.ToBase64String(new byte[LargeBytes]);
        int kept = 0;
        int refused = 0;
        using CancellationTokenSource end = new();
        Thread other = new(() =>
        {
            for (int number = 0; !end.IsCancellationRequested; number++)
            {
                string reply = RunningDaemon.Ask(
                    large, $"request|update|cache_type|smtpd|cache_id|large {number}|session|{session}||");
                kept += reply == "status|0||" ? 1 : 0;
                refused += reply == "status|4294967294||" ? 1 : 0;
            }
        });
        other.Start();
        try
        {
            using AttributeClient client = daemon.Connect();
            client.ReadList();
            for (int first = 0; first < 4_000; first += 16)
            {
                StoreAtOnce(client, first, sessions: 16, lengthBytes: 1500);
            }
        }
        finally
        {
            end.Cancel();
            other.Join();
        }

        (kept, refused).ShouldSatisfyAllConditions(
            counts => counts.kept.ShouldBeGreaterThan(0), counts => counts.refused.ShouldBeGreaterThan(0));
    }

    [Fact]
    public void A_session_stored_twice_in_a_second_is_evicted_after_those_stored_in_between()
    {
        using RunningDaemon daemon = new([Database, "smtpd_tls_session_cache_entry_limit = 3"]);
        using AttributeClient client = daemon.Connect();
        client.ReadList();
        foreach (int number in (int[])[0, 1, 2, 0, 3, 4])
        {
            StoreAtOnce(client, number, sessions: 1, lengthBytes: 100);
        }

        Enumerable.Range(0, 5).Where(number => Find(client, number)).ShouldBe([0, 3, 4]);
    }

    [Fact]
    public void Limits_are_64_bit_numbers()
    {
        using RunningDaemon daemon = new(
            [
                Database, "smtpd_tls_session_cache_size_limit = 1000000000000000000",
                "smtpd_tls_session_cache_entry_limit = 4294967297",
            ]);
        using AttributeClient client = daemon.Connect();
        client.ReadList();
        Store(client, 100, 1500);

        Enumerable.Range(0, 100).ShouldAllBe(number => Find(client, number));
    }

    [Theory]
    [InlineData("smtpd_tls_session_cache_size_limit = 9223372036854775808", "parameter smtpd_tls_session_cache_size_limit: bad")]
    [InlineData("smtpd_tls_session_cache_size_limit = 1x", "parameter smtpd_tls_session_cache_size_limit: bad size value")]
    [InlineData("smtpd_tls_session_cache_size_limit = -1", "invalid smtpd_tls_session_cache_size_limit parameter value -1 < 0")]
    [InlineData("smtp_tls_session_cache_entry_limit = -1", "invalid smtp_tls_session_cache_entry_limit parameter value -1 < 0")]
    public void A_limit_that_is_not_a_number_is_fatal(string line, string fault)
    {
        using DaemonDirectories directories = new(Database, line);
        using PostlogSocket log = new(directories.PostlogSocket);
        using FakeMaster master = FakeMaster.Start(PublishedBinary.Path, directories, ["-u"]);

        master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(1);
        log.TakeTexts().ShouldHaveSingleItem().ShouldStartWith($"fatal: {fault}");
    }

    private static void Store(AttributeClient client, int sessions, int lengthBytes)
    {
        string session = Convert.ToBase64String(new byte[lengthBytes]);
        for (int number = 0; number < sessions; number++)
        {
            RunningDaemon.Ask(client, $"request|update|cache_type|smtpd|cache_id|{Name(number)}|session|{session}||")
                .ShouldBe("status|0||");
        }
    }

    /// <summary>Stores sessions with one write; all replies are checked.</summary>
    private static void StoreAtOnce(AttributeClient client, int first, int sessions, int lengthBytes)
    {
        string session = Convert.ToBase64String(new byte[lengthBytes]);
        client.SendBytes(RunningDaemon.Bytes(string.Concat(Enumerable.Range(first, sessions).Select(
            number => $"request|update|cache_type|smtpd|cache_id|{Name(number)}|session|{session}||"))));
        for (int i = 0; i < sessions; i++)
        {
            RunningDaemon.Text(client.ReadList()).ShouldBe("status|0||");
        }
    }

    private static bool Find(AttributeClient client, int number) =>
        RunningDaemon.Ask(client, $"request|lookup|cache_type|smtpd|cache_id|{Name(number)}||")
            .StartsWith("status|0|", StringComparison.Ordinal);

    private static string Name(int number) => number.ToString("d8", CultureInfo.InvariantCulture);
}
