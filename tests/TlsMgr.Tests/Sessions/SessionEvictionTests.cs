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
    public void The_session_stored_longest_ago_is_evicted_first()
    {
        Open(entries: 3);
        foreach (string id in (string[])["a", "b", "c", "d", "e"])
        {
            Store(id);
        }

        Found("a", "b", "c", "d", "e").ShouldBe("cde");
    }

    [Fact]
    public void Storing_a_session_again_moves_it_to_the_end()
    {
        Open(entries: 3);
        foreach (string id in (string[])["a", "b", "c", "a", "d"])
        {
            Store(id);
        }

        Found("a", "b", "c", "d").ShouldBe("acd");
    }

    [Fact]
    public void A_session_stored_twice_in_a_second_moves_to_the_end()
    {
        Open(entries: 3);
        foreach (string id in (string[])["a", "b", "c", "a", "d", "e"])
        {
            StoreAtOnce(id);
        }

        Found("a", "b", "c", "d", "e").ShouldBe("ade");
    }

    [Fact]
    public void A_session_stored_again_in_the_turn_in_which_the_cache_is_full_is_not_evicted()
    {
        Open(entries: 3);
        Array.ForEach(["a", "b", "c"], StoreAtOnce);
        _rig.Caches.Dispose();

        // Above the lower limit, the store evicts two of the three: neither of them may be the one being stored.
        Open(entries: 1);
        StoreAtOnce("a");

        Found("a", "b", "c").ShouldStartWith("a");
    }

    [Fact]
    public void A_removed_session_prevents_an_eviction()
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
    public void A_session_just_used_is_kept_when_others_were_unused_for_an_hour()
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
    public void Storing_a_session_again_after_a_second_chance_moves_it_to_the_end()
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
    public void A_session_used_more_than_half_an_hour_ago_is_evicted()
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
    public void When_all_sessions_were_just_used_the_oldest_is_evicted()
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
    public void The_file_stays_below_the_limit_and_every_store_succeeds()
    {
        Open(sizeBytes: SizeLimitBytes);
        byte[] session = new byte[1500];
        for (int i = 0; i < 10_000; i++)
        {
            _rig.StoreTurn(Encoding.ASCII.GetBytes($"session {i}"), session).ShouldBe(CacheResult.Done);
        }

        new FileInfo(_rig.File).Length.ShouldBeLessThanOrEqualTo(SizeLimitBytes);
        _rig.Find("session 9999"u8).ShouldNotBeNull();
        _rig.Find("session 9500"u8).ShouldNotBeNull();
        _rig.Find("session 0"u8).ShouldBeNull();
        _rig.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void The_file_stays_below_the_limit_with_many_stores_in_one_turn()
    {
        Open(sizeBytes: SizeLimitBytes);
        byte[] session = new byte[1500];
        for (int turn = 0; turn < 100; turn++)
        {
            for (int i = 0; i < 128; i++)
            {
                _rig.Smtpd.Store(Encoding.ASCII.GetBytes($"session {turn} {i}"), session).ShouldBe(CacheResult.Done);
            }

            _rig.Caches.SweepStep();
            _rig.Caches.EndTurn();
            _rig.Smtpd.LastTurnFailed.ShouldBeFalse();
        }

        new FileInfo(_rig.File).Length.ShouldBeLessThanOrEqualTo(SizeLimitBytes);
    }

    [Fact]
    public void Large_sessions_among_small_ones_evict_the_oldest()
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
    public void A_flood_of_stores_and_deletes_uses_no_additional_space()
    {
        Open(sizeBytes: SizeLimitBytes);
        _rig.StoreTurn("kept"u8, new byte[1500]);
        for (int i = 0; i < 50_000; i++)
        {
            byte[] id = Encoding.ASCII.GetBytes($"session {i}");
            _rig.StoreTurn(id, new byte[10]).ShouldBe(CacheResult.Done);
            _rig.Smtpd.Delete(id).ShouldBe(CacheResult.Done);
            _rig.Caches.SweepStep();
            _rig.Caches.EndTurn();
        }

        _rig.Smtpd.Figures.FileBytes.ShouldBeLessThan(SmallBytes);
        _rig.Find("kept"u8).ShouldNotBeNull();
        _rig.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void A_session_that_is_stored_repeatedly_evicts_no_other()
    {
        Open(sizeBytes: SizeLimitBytes, timeoutSeconds: 86400);
        byte[] id = new byte[200];
        for (int i = 0; i < 30_000; i++)
        {
            // Sessions that are stored once, at the beginning and in between.
            if (i % 1_000 == 0)
            {
                _rig.StoreTurn(Encoding.ASCII.GetBytes($"kept {i}"), new byte[1500]).ShouldBe(CacheResult.Done);
            }

            _rig.StoreTurn(id, Encoding.ASCII.GetBytes($"session {i}")).ShouldBe(CacheResult.Done);
            _rig.Clock.Advance(TimeSpan.FromSeconds(i % 2));
        }

        _rig.Smtpd.Figures.FileBytes.ShouldBeLessThan(SmallBytes);
        _rig.Smtpd.Figures.Entries.ShouldBe(31);
        _rig.Caches.Dispose();
        Evictions().ShouldBeEmpty();
    }

    [Fact]
    public void The_queue_persists_beyond_the_process()
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
    public void Sessions_stored_before_a_limit_was_set_are_evicted_first()
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
    public void A_session_just_used_gets_a_second_chance_after_the_start_too()
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
    public void A_store_and_a_step_each_remove_a_bounded_number()
    {
        Open();
        for (int i = 0; i < 200; i++)
        {
            Store($"old {i}");
        }

        _rig.Caches.Dispose();
        Open(entries: 3);
        Store("new");
        _rig.Smtpd.Figures.Entries.ShouldBe(200 - CacheLimits.EvictionsPerStore + 1);

        _rig.Caches.SweepStep().ShouldBeTrue();
        _rig.Caches.EndTurn();
        _rig.Smtpd.Figures.Entries.ShouldBe(200 - CacheLimits.EvictionsPerStore + 1 - CacheLimits.EvictionsPerStep);
    }

    [Fact]
    public void An_expired_session_is_not_logged_as_evicted()
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
    public void Evictions_are_logged_once_per_sweep_interval()
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
    public void A_size_below_the_minimum_is_raised_to_it()
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
        StoreAtOnce(id);
    }

    private void StoreAtOnce(string id) =>
        _rig.StoreTurn(Encoding.ASCII.GetBytes(id), new byte[100]).ShouldBe(CacheResult.Done);

    private string Found(params string[] ids) =>
        string.Concat(ids.Where(id => _rig.Find(Encoding.ASCII.GetBytes(id)) is not null));

    private string[] Evictions() => [.. _rig.Lines.Where(line => line.Contains("limit reached", StringComparison.Ordinal))];
}
