using System;
using System.IO;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>Sessions of TLS 1.3 are evicted before all others where some servers give tickets.</summary>
public sealed class EvictionLaneTests : IDisposable
{
    private const int SizeLimitBytes = 4 * 1024 * 1024;

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(Tls13Keeping.EvictFirst, "acfg")]
    [InlineData(Tls13Keeping.AsOthers, "defg")]
    public void Sessions_of_TLS_1_3_are_evicted_first_only_where_that_is_set(Tls13Keeping keeping, string left)
    {
        Open(keeping, entries: 4);
        StoreTls12("a");
        StoreTls13("b");
        StoreTls12("c");
        StoreTls13("d", "e");
        StoreTls12("f", "g");

        Found("a", "b", "c", "d", "e", "f", "g").ShouldBe(left);
    }

    [Fact]
    public void Where_no_session_of_TLS_1_3_is_left_the_one_stored_longest_ago_is_evicted()
    {
        Open(Tls13Keeping.EvictFirst, entries: 2);
        StoreTls12("a", "b");
        StoreTls13("c");
        StoreTls12("d", "e");

        Found("a", "b", "c", "d", "e").ShouldBe("de");
    }

    [Fact]
    public void What_is_no_session_of_TLS_1_3_keeps_its_turn()
    {
        Open(Tls13Keeping.EvictFirst, entries: 2);
        Store("a", []);
        Store("b", [0x30]);
        StoreTls13("c");
        StoreTls12("d");

        Found("a", "b", "c", "d").ShouldBe("bd");
    }

    [Fact]
    public void A_flood_of_TLS_1_3_leaves_the_other_sessions_of_a_full_file_alone()
    {
        Open(Tls13Keeping.EvictFirst, sizeBytes: SizeLimitBytes);
        for (int i = 0; i < 500; i++)
        {
            StoreAtOnce($"kept {i}", Session(version: 3, 1500));
        }

        for (int i = 0; i < 5_000; i++)
        {
            StoreAtOnce($"flood {i}", Session(version: 4, 1500));
        }

        Enumerable.Range(0, 500).ShouldAllBe(i => Found($"kept {i}").Length > 0);
        new FileInfo(_rig.File).Length.ShouldBeLessThanOrEqualTo(SizeLimitBytes);
        Found("flood 0", "flood 4999").ShouldBe("flood 4999");
    }

    [Fact]
    public void A_flood_of_TLS_1_3_costs_a_cache_full_of_other_sessions_one_of_them()
    {
        Open(Tls13Keeping.EvictFirst, entries: 100);
        for (int i = 0; i < 100; i++)
        {
            StoreAtOnce($"kept {i}", Session(version: 3, 100));
        }

        for (int i = 0; i < 1_000; i++)
        {
            StoreAtOnce($"flood {i}", Session(version: 4, 100));
        }

        Enumerable.Range(0, 100).Count(i => Found($"kept {i}").Length > 0).ShouldBe(99);
    }

    [Fact]
    public void Expired_sessions_are_removed_from_both_lanes()
    {
        Open(Tls13Keeping.EvictFirst);
        StoreTls13("a");
        StoreTls12("b");
        _rig.Clock.Advance(TimeSpan.FromMinutes(30));
        StoreTls13("c");
        StoreTls12("d");
        _rig.Smtpd.Figures.Entries.ShouldBe(4);

        // Behind the first of its lane, and behind one of the other lane that is valid.
        _rig.Clock.Advance(TimeSpan.FromMinutes(31));
        StoreTls12("e");
        _rig.Smtpd.Figures.Entries.ShouldBe(3);
        _rig.Clock.Advance(TimeSpan.FromMinutes(20));
        StoreTls13("f");
        _rig.Clock.Advance(TimeSpan.FromMinutes(10));
        StoreTls12("g");
        _rig.Smtpd.Figures.Entries.ShouldBe(3);
        _rig.Clock.Advance(TimeSpan.FromMinutes(32));
        StoreTls13("h");

        _rig.Smtpd.Figures.Entries.ShouldBe(3);
        Found("e", "f", "g", "h").ShouldBe("fgh");
    }

    [Fact]
    public void An_expired_session_is_removed_before_a_valid_one_is_evicted()
    {
        Open(Tls13Keeping.EvictFirst, entries: 3);
        StoreTls12("a");
        _rig.Clock.Advance(TimeSpan.FromMinutes(30));
        StoreTls13("b", "c");
        _rig.Clock.Advance(TimeSpan.FromMinutes(31));
        StoreTls12("d");

        Found("b", "c", "d").ShouldBe("bcd");
        _rig.Caches.Dispose();
        _rig.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void A_restart_keeps_the_lanes()
    {
        Open(Tls13Keeping.EvictFirst, entries: 4);
        StoreTls12("a");
        StoreTls13("b");
        StoreTls12("c");
        StoreTls13("d");
        Reopen(Tls13Keeping.EvictFirst, entries: 4);
        StoreTls13("e");
        Reopen(Tls13Keeping.EvictFirst, entries: 4);
        StoreTls12("f");

        Found("a", "b", "c", "d", "e", "f").ShouldBe("acef");
    }

    [Fact]
    public void A_session_of_TLS_1_3_that_was_looked_up_is_evicted_like_all_others()
    {
        Open(Tls13Keeping.EvictFirst, entries: 3);
        StoreTls13("a", "b");
        Found("a").ShouldBe("a");
        StoreTls12("c", "d", "e");
        Found("a", "b", "c", "d", "e").ShouldBe("ade");

        StoreTls13("f");
        StoreTls12("g", "h");
        Found("a", "d", "e", "f", "g", "h").ShouldBe("egh");
    }

    [Fact]
    public void A_session_stored_again_has_the_lane_of_the_new_one()
    {
        Open(Tls13Keeping.EvictFirst, entries: 3);
        StoreTls12("a");
        StoreTls13("b", "a");
        StoreTls12("b", "c", "d");

        Found("a", "b", "c", "d").ShouldBe("bcd");
    }

    [Fact]
    public void Even_within_a_second_in_a_cache_with_room()
    {
        Open(Tls13Keeping.EvictFirst);
        StoreTls12("a", "b");
        StoreAtOnce("b", Session(version: 4, 100));
        Reopen(Tls13Keeping.AsOthers, entries: 2);
        StoreTls12("c");

        Found("a", "b", "c").ShouldBe("ac");
    }

    [Fact]
    public void A_session_of_TLS_1_3_that_the_pool_was_asked_for_is_evicted_like_all_others()
    {
        Open(Tls13Keeping.EvictFirst, entries: 2);
        long nowSeconds = _rig.Clock.GetUtcNow().ToUnixTimeSeconds();
        _rig.Smtpd.StoreAt("a"u8, Session(version: 4, 100), nowSeconds).ShouldBe(CacheResult.Done);
        _rig.Caches.EndTurn();
        StoreTls13("b");
        StoreTls12("c");

        Found("a", "b", "c").ShouldBe("ac");
    }

    [Fact]
    public void A_queue_without_lanes_is_the_beginning_of_one_with_lanes()
    {
        // What the first lane has: numbers without a bit.
        Open(Tls13Keeping.EvictFirst);
        StoreTls13("a", "b", "c");
        Reopen(Tls13Keeping.AsOthers, entries: 4);
        Found("a", "b", "c").ShouldBe("abc");
        Reopen(Tls13Keeping.AsOthers, entries: 4);
        StoreTls12("d", "e");
        Found("a", "b", "c", "d", "e").ShouldBe("bcde");
        Reopen(Tls13Keeping.AsOthers, entries: 4);
        StoreTls12("f", "g", "h");

        Found("a", "b", "c", "d", "e", "f", "g", "h").ShouldBe("efgh");
    }

    [Fact]
    public void A_number_is_given_once_even_when_its_lane_was_emptied_and_the_daemon_restarted()
    {
        Open(Tls13Keeping.EvictFirst, entries: 2);
        StoreTls13("moved");
        Found("moved").ShouldBe("moved");
        StoreTls12("a", "b");
        Reopen(Tls13Keeping.EvictFirst);
        Found("moved", "b").ShouldBe("movedb");

        // Were a number given again, the entry of another session would be removed with the one that has moved.
        StoreTls13("c", "d");
        _rig.Smtpd.Delete("moved"u8);
        Reopen(Tls13Keeping.EvictFirst, entries: 2);
        StoreTls12("e");
        _rig.SweepToTheEnd();

        Found("b", "c", "d", "e").ShouldBe("be");
    }

    private void Open(Tls13Keeping keeping, long entries = 0, long sizeBytes = 0) =>
        _rig.Open(new SessionCacheSettings("smtpd", $"btree:{_rig.Root}/smtpd", 3600, "0")
        {
            EntryLimit = entries,
            SizeLimitBytes = sizeBytes,
            Tls13 = keeping,
        });

    private void Reopen(Tls13Keeping keeping, long entries = 0)
    {
        _rig.Caches.Dispose();
        Open(keeping, entries);
    }

    private void StoreTls12(params string[] ids) => Array.ForEach(ids, id => Store(id, Session(version: 3, 100)));

    private void StoreTls13(params string[] ids) => Array.ForEach(ids, id => Store(id, Session(version: 4, 100)));

    private void Store(string id, byte[] session)
    {
        _rig.Clock.Advance(TimeSpan.FromSeconds(1));
        StoreAtOnce(id, session);
    }

    private void StoreAtOnce(string id, byte[] session) =>
        _rig.StoreTurn(Encoding.ASCII.GetBytes(id), session).ShouldBe(CacheResult.Done);

    /// <summary>The beginning of a session as OpenSSL writes it: a version of 3 is TLS 1.2, 4 is 1.3.</summary>
    private static byte[] Session(byte version, int lengthBytes)
    {
        byte[] session = new byte[lengthBytes];
        byte[] start = [0x30, 0x81, 0xf9, 0x02, 0x01, 0x01, 0x02, 0x02, 0x03, version];
        start.CopyTo(session, 0);
        return session;
    }

    private string Found(params string[] ids) =>
        string.Concat(ids.Where(id => _rig.Find(Encoding.ASCII.GetBytes(id)) is not null));
}
