using System;
using System.IO;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

public sealed class SessionEvictionTests : IDisposable
{
    private const int SizeLimitBytes = 4 * 1024 * 1024;
    private const int SmallBytes = 2 * 1024 * 1024;

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void What_was_stored_longest_ago_goes_first()
    {
        Open(entries: 3);
        foreach (string id in (string[])["a", "b", "c", "d", "e"])
        {
            Store(id);
        }

        Found("a", "b", "c", "d", "e").ShouldBe("cde");
    }

    [Fact]
    public void A_session_that_is_stored_again_counts_from_then()
    {
        Open(entries: 3);
        foreach (string id in (string[])["a", "b", "c", "a", "d"])
        {
            Store(id);
        }

        Found("a", "b", "c", "d").ShouldBe("acd");
    }

    [Fact]
    public void A_session_that_was_removed_makes_room()
    {
        Open(entries: 3);
        Store("a");
        Store("b");
        Store("c");
        _rig.Smtpd.Delete("b"u8);
        Store("d");

        Found("a", "b", "c", "d").ShouldBe("acd");
    }

    [Fact]
    public void One_that_was_just_used_stays_when_others_were_not_touched_for_an_hour()
    {
        Open(entries: 3, timeoutSeconds: 86400);
        Store("used");
        Store("untouched");
        _rig.Clock.Advance(TimeSpan.FromMinutes(61));
        Store("c");
        Found("used").ShouldBe("used");
        Store("d");

        Found("used", "untouched", "c", "d").ShouldBe("usedcd");
    }

    [Fact]
    public void One_that_is_stored_again_after_another_chance_counts_from_then()
    {
        Open(entries: 3, timeoutSeconds: 86400);
        Store("a");
        Store("b");
        _rig.Clock.Advance(TimeSpan.FromMinutes(61));
        Found("a").ShouldBe("a");
        Array.ForEach(["c", "d", "a", "e", "f"], Store);

        Found("a", "b", "c", "d", "e", "f").ShouldBe("aef");
    }

    [Fact]
    public void One_that_was_used_more_than_half_an_hour_ago_goes()
    {
        Open(entries: 3, timeoutSeconds: 86400);
        Store("a");
        Store("b");
        Found("a").ShouldBe("a");
        _rig.Clock.Advance(TimeSpan.FromMinutes(61));
        Store("c");
        Store("d");

        Found("a", "b", "c", "d").ShouldBe("bcd");
    }

    [Fact]
    public void Where_all_were_just_used_the_oldest_goes_all_the_same()
    {
        Open(entries: 3, timeoutSeconds: 86400);
        string[] ids = ["a", "b", "c"];
        Array.ForEach(ids, Store);
        _rig.Clock.Advance(TimeSpan.FromMinutes(61));
        Found(ids).ShouldBe("abc");
        Store("d");
        _rig.SweepToTheEnd();

        Found("a", "b", "c", "d").ShouldBe("bcd");
    }

    [Fact]
    public void The_file_never_grows_beyond_the_limit_and_no_store_fails()
    {
        Open(sizeBytes: SizeLimitBytes);
        byte[] session = new byte[1500];
        for (int i = 0; i < 10_000; i++)
        {
            _rig.StoreTurn(Encoding.ASCII.GetBytes($"session {i}"), session).ShouldBe(CacheAnswer.Done);
        }

        new FileInfo(_rig.File).Length.ShouldBeLessThanOrEqualTo(SizeLimitBytes);
        _rig.Find("session 9999"u8).ShouldNotBeNull();
        _rig.Find("session 9500"u8).ShouldNotBeNull();
        _rig.Find("session 0"u8).ShouldBeNull();
        _rig.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void Many_stores_in_one_turn_stay_below_the_limit_too()
    {
        Open(sizeBytes: SizeLimitBytes);
        byte[] session = new byte[1500];
        for (int turn = 0; turn < 100; turn++)
        {
            for (int i = 0; i < 128; i++)
            {
                _rig.Smtpd.Store(Encoding.ASCII.GetBytes($"session {turn} {i}"), session).ShouldBe(CacheAnswer.Done);
            }

            _rig.Caches.SweepStep();
            _rig.Caches.EndTurn();
            _rig.Smtpd.LastTurnFailed.ShouldBeFalse();
        }

        new FileInfo(_rig.File).Length.ShouldBeLessThanOrEqualTo(SizeLimitBytes);
    }

    [Fact]
    public void Large_sessions_among_small_ones_make_the_old_ones_go()
    {
        Open(sizeBytes: 4 * SizeLimitBytes);
        for (int i = 0; i < 2_000; i++)
        {
            _rig.StoreTurn(Encoding.ASCII.GetBytes($"small {i}"), new byte[1500]);
            _rig.StoreTurn(Encoding.ASCII.GetBytes($"large {i}"), new byte[100_000 + (i * 7)]);
            while (_rig.Caches.SweepStep())
            {
                _rig.Caches.EndTurn();
            }

            _rig.Caches.EndTurn();
        }

        new FileInfo(_rig.File).Length.ShouldBeLessThanOrEqualTo(4 * SizeLimitBytes);
        _rig.Find("small 1999"u8).ShouldNotBeNull();
    }

    [Fact]
    public void A_flood_of_stores_and_deletes_leaves_nothing_behind()
    {
        Open(sizeBytes: SizeLimitBytes);
        _rig.StoreTurn("kept"u8, new byte[1500]);
        for (int i = 0; i < 50_000; i++)
        {
            byte[] id = Encoding.ASCII.GetBytes($"session {i}");
            _rig.StoreTurn(id, new byte[10]).ShouldBe(CacheAnswer.Done);
            _rig.Smtpd.Delete(id).ShouldBe(CacheAnswer.Done);
            _rig.Caches.SweepStep();
            _rig.Caches.EndTurn();
        }

        _rig.Smtpd.SizeBytes.ShouldBeLessThan(SmallBytes);
        _rig.Find("kept"u8).ShouldNotBeNull();
        _rig.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void A_session_that_is_stored_again_and_again_drives_out_no_other()
    {
        Open(sizeBytes: SizeLimitBytes, timeoutSeconds: 86400);
        byte[] id = new byte[200];
        for (int i = 0; i < 30_000; i++)
        {
            // Some that are never stored again, at the beginning and in between.
            if (i % 1_000 == 0)
            {
                _rig.StoreTurn(Encoding.ASCII.GetBytes($"kept {i}"), new byte[1500]).ShouldBe(CacheAnswer.Done);
            }

            _rig.StoreTurn(id, Encoding.ASCII.GetBytes($"session {i}")).ShouldBe(CacheAnswer.Done);
            _rig.Clock.Advance(TimeSpan.FromSeconds(i % 2));
        }

        _rig.Smtpd.SizeBytes.ShouldBeLessThan(SmallBytes);
        _rig.Smtpd.Entries.ShouldBe(31);
        _rig.Caches.Dispose();
        Evictions().ShouldBeEmpty();
    }

    [Fact]
    public void The_order_outlives_the_process()
    {
        Open(entries: 3);
        Store("a");
        Store("b");
        Store("c");
        _rig.Caches.Dispose();
        Open(entries: 3);
        Store("d");

        Found("a", "b", "c", "d").ShouldBe("bcd");
    }

    [Fact]
    public void What_was_stored_without_a_limit_goes_first_when_there_is_one()
    {
        Open();
        Store("a");
        Store("b");
        Store("c");
        Store("d");
        _rig.Caches.Dispose();
        Open(entries: 3);
        Store("e");
        Store("f");
        _rig.SweepToTheEnd();

        Found("a", "b", "c", "d", "e", "f").ShouldBe("def");
    }

    [Fact]
    public void At_the_start_too_one_that_was_just_used_goes_behind_all_others()
    {
        Open(timeoutSeconds: 86400);
        Array.ForEach(["a", "b", "c", "d"], Store);
        _rig.Clock.Advance(TimeSpan.FromMinutes(61));
        _rig.Caches.Dispose();
        Open(entries: 3, timeoutSeconds: 86400);
        Found("a").ShouldBe("a");
        _rig.SweepToTheEnd();
        Array.ForEach(["e", "f"], Store);

        Found("a", "b", "c", "d", "e", "f").ShouldBe("aef");
    }

    [Fact]
    public void One_store_and_one_step_each_remove_a_bounded_number()
    {
        Open();
        for (int i = 0; i < 200; i++)
        {
            Store($"old {i}");
        }

        _rig.Caches.Dispose();
        Open(entries: 3);
        Store("new");
        _rig.Smtpd.Entries.ShouldBe(200 - CacheLimits.EvictionsPerStore + 1);

        _rig.Caches.SweepStep().ShouldBeTrue();
        _rig.Caches.EndTurn();
        _rig.Smtpd.Entries.ShouldBe(200 - CacheLimits.EvictionsPerStore + 1 - CacheLimits.EvictionsPerStep);
    }

    [Fact]
    public void One_that_expired_is_not_said_to_have_gone_before_its_time()
    {
        Open(entries: 3, timeoutSeconds: 3600);
        Store("a");
        Store("b");
        Store("c");
        _rig.Clock.Advance(TimeSpan.FromMinutes(59));
        Found("a").ShouldBe("a");
        Store("d");
        _rig.Clock.Advance(TimeSpan.FromMinutes(2));
        Store("e");
        _rig.Caches.Dispose();

        Evictions().ShouldBe([
            $"Info: smtpd TLS cache btree:{_rig.Root}/smtpd: limit reached: 1 sessions removed before their time"]);
    }

    [Fact]
    public void A_file_above_the_limit_is_emptied_at_the_start()
    {
        Open();
        for (int i = 0; i < 5_000; i++)
        {
            _rig.StoreTurn(Encoding.ASCII.GetBytes($"session {i}"), new byte[1500]);
        }

        _rig.Caches.Dispose();
        Open(sizeBytes: SizeLimitBytes);

        _rig.Faults.ShouldBe(
            [$"Warning: {_rig.File}: it is larger than the limit of {SizeLimitBytes} bytes -- starting with an empty cache"]);
        _rig.Find("session 4999"u8).ShouldBeNull();
    }

    [Fact]
    public void What_had_to_go_is_said_once_in_each_interval()
    {
        Open(entries: 3);
        for (int i = 0; i < 10; i++)
        {
            Store($"session {i}");
        }

        Evictions().ShouldBeEmpty();
        _rig.Clock.Advance(TimeSpan.FromSeconds(3600));
        _rig.SweepToTheEnd();
        Evictions().ShouldBe([
            $"Info: smtpd TLS cache btree:{_rig.Root}/smtpd: limit reached: 7 sessions removed before their time"]);

        _rig.Clock.Advance(TimeSpan.FromSeconds(3600));
        _rig.SweepToTheEnd();
        Evictions().Length.ShouldBe(1);
    }

    [Fact]
    public void A_size_below_the_least_counts_as_that()
    {
        CacheLimits limits = CacheLimits.Default.With(1, 0);

        limits.MaximumMapBytes.ShouldBe(CacheLimits.MinimumSizeLimitBytes);
    }

    private void Open(long sizeBytes = 0, long entries = 0, int timeoutSeconds = 3600) =>
        _rig.Open(new SessionCacheSettings("smtpd", $"btree:{_rig.Root}/smtpd", timeoutSeconds, "0")
        {
            SizeLimitBytes = sizeBytes,
            EntryLimit = entries,
        });

    private void Store(string id)
    {
        _rig.Clock.Advance(TimeSpan.FromSeconds(1));
        _rig.StoreTurn(Encoding.ASCII.GetBytes(id), new byte[100]).ShouldBe(CacheAnswer.Done);
    }

    private string Found(params string[] ids) =>
        string.Concat(ids.Where(id => _rig.Find(Encoding.ASCII.GetBytes(id)) is not null));

    private string[] Evictions() => [.. _rig.Lines.Where(line => line.Contains("limit reached", StringComparison.Ordinal))];
}
