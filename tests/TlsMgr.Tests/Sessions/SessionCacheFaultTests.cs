using System;
using System.IO;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Native.Lmdb;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

// The limit on file sizes applies to the entire process.
[Collection(AloneCollection.Name)]
public sealed class SessionCacheFaultTests : IDisposable
{
    private const int Megabyte = 1 << 20;

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_full_disk_causes_one_warning_and_fails_only_the_changes_of_a_turn()
    {
        SessionCache cache = _rig.OpenSmtpd();
        _rig.StoreTurn("before"u8, "kept"u8).ShouldBe(CacheResult.Done);
        using (new FileSizeLimit(256 * 1024))
        {
            for (int turn = 0; turn < 5; turn++)
            {
                cache.Store("small"u8, "lost"u8).ShouldBe(CacheResult.Done);
                cache.Store("large"u8, new byte[Megabyte]).ShouldBe(CacheResult.Done);
                _rig.Caches.EndTurn();
                cache.LastTurnFailed.ShouldBeTrue();
                _rig.Find("small"u8).ShouldBeNull();
                cache.LastTurnFailed.ShouldBeFalse();
                _rig.Find("before"u8).ShouldBe("kept"u8.ToArray());
            }
        }

        _rig.Lines.ShouldHaveSingleItem().ShouldStartWith($"Warning: smtpd TLS cache btree:{_rig.Root}/smtpd: ");
        cache.IsAvailable.ShouldBeTrue();

        _rig.StoreTurn("small"u8, "kept"u8).ShouldBe(CacheResult.Done);
        _rig.StoreTurn("large"u8, new byte[Megabyte]).ShouldBe(CacheResult.Done);
        _rig.Lines.Count.ShouldBe(1);
        _rig.Clock.Advance(TimeSpan.FromSeconds(CacheLimits.RecoverySeconds));
        _rig.StoreTurn("small"u8, "again"u8).ShouldBe(CacheResult.Done);
        _rig.StoreTurn("small"u8, "and again"u8).ShouldBe(CacheResult.Done);
        _rig.Lines.Count.ShouldBe(2);
        _rig.Lines[1].ShouldBe($"Info: smtpd TLS cache btree:{_rig.Root}/smtpd: works again");
    }

    [Fact]
    public void A_store_is_counted_when_its_commit_succeeds()
    {
        SessionCache cache = _rig.OpenSmtpd();
        using (new FileSizeLimit(256 * 1024))
        {
            cache.Store("large"u8, new byte[Megabyte]).ShouldBe(CacheResult.Done);
            _rig.Caches.EndTurn();
            cache.LastTurnFailed.ShouldBeTrue();
        }

        Stores(cache).ShouldBe(0);
        _rig.StoreTurn("large"u8, new byte[Megabyte]).ShouldBe(CacheResult.Done);
        Stores(cache).ShouldBe(1);
        cache.Store("first"u8, "x"u8).ShouldBe(CacheResult.Done);
        cache.Store("second"u8, "x"u8).ShouldBe(CacheResult.Done);
        Stores(cache).ShouldBe(1, "the turn has not ended");
        _rig.Caches.EndTurn();
        Stores(cache).ShouldBe(3);
        _rig.Caches.EndTurn();
        Stores(cache).ShouldBe(3);
    }

    [Fact]
    public void After_a_sweep_fails_on_a_full_disk_the_next_one_completes()
    {
        _rig.OpenSmtpd(timeoutSeconds: 200);
        _rig.SweepToTheEnd();
        for (int i = 0; i < 200; i++)
        {
            _rig.Smtpd.Store(Encoding.ASCII.GetBytes($"id-{i}"), new byte[1000]);
        }

        _rig.Caches.EndTurn();
        _rig.Clock.Advance(TimeSpan.FromSeconds(201));
        using (new FileSizeLimit(4096))
        {
            _rig.SweepToTheEnd();
            _rig.Faults.Count().ShouldBe(1);
        }

        _rig.Clock.Advance(TimeSpan.FromSeconds(200));
        _rig.SweepToTheEnd();
        _rig.Lines.Count.ShouldBe(2);
        _rig.Clock.SetTimeOfDay(_rig.Clock.GetUtcNow().AddSeconds(-300));
        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.Find("id-199"u8).ShouldBeNull();
    }

    [Fact]
    public void The_map_grows_far_beyond_its_initial_size_without_losses()
    {
        _rig.OpenSmtpd();
        for (int i = 0; i < 60; i++)
        {
            byte[] session = new byte[Megabyte];
            session.AsSpan().Fill((byte)i);
            _rig.StoreTurn(Encoding.ASCII.GetBytes($"id-{i}"), session).ShouldBe(CacheResult.Done);
        }

        for (int i = 0; i < 60; i++)
        {
            _rig.Find(Encoding.ASCII.GetBytes($"id-{i}"))!.Count(octet => octet == i).ShouldBe(Megabyte);
        }

        new FileInfo(_rig.File).Length.ShouldBeGreaterThan(60L * Megabyte);
        _rig.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void One_turn_can_store_more_than_the_free_space_of_the_map()
    {
        SessionCache cache = _rig.OpenSmtpd();
        for (int i = 0; i < 40; i++)
        {
            cache.Store(Encoding.ASCII.GetBytes($"id-{i}"), new byte[Megabyte]).ShouldBe(CacheResult.Done);
        }

        cache.Store("largest"u8, new byte[CacheLimits.MaximumEntryBytes - 24]).ShouldBe(CacheResult.Done);
        _rig.Caches.EndTurn();

        cache.LastTurnFailed.ShouldBeFalse();
        _rig.Find("id-0"u8).ShouldNotBeNull();
        _rig.Find("id-39"u8).ShouldNotBeNull();
        _rig.Find("largest"u8)!.Length.ShouldBe(CacheLimits.MaximumEntryBytes - 24);
    }

    [Fact]
    public void Storing_the_same_session_repeatedly_keeps_the_file_small()
    {
        _rig.OpenSmtpd();
        for (int i = 0; i < 300; i++)
        {
            _rig.StoreTurn("id"u8, new byte[Megabyte / 2]).ShouldBe(CacheResult.Done);
        }

        new FileInfo(_rig.File).Length.ShouldBeLessThan(8 * Megabyte);
    }

    [Fact]
    public void A_full_cache_refuses_stores_until_entries_are_removed()
    {
        _rig.Context = _rig.Context with { Limits = new CacheLimits { MaximumLiveBytes = Megabyte } };
        SessionCache cache = _rig.OpenSmtpd();
        int stored = 0;
        while (_rig.StoreTurn(BitConverter.GetBytes(stored), new byte[1000]) == CacheResult.Done)
        {
            stored++;
        }

        stored.ShouldBeInRange(400, 1100);
        _rig.StoreTurn("more"u8, new byte[10]).ShouldBe(CacheResult.Fault);
        _rig.Lines.ShouldHaveSingleItem().ShouldEndWith(" -- new sessions are not kept until old ones expire");
        _rig.Find(BitConverter.GetBytes(0)).ShouldNotBeNull();

        // A delete is committed although a store in the same turn is refused.
        cache.Delete("missing"u8).ShouldBe(CacheResult.NotFound);
        cache.Store("more"u8, "x"u8).ShouldBe(CacheResult.Fault);
        for (int i = 0; i < stored; i++)
        {
            cache.Delete(BitConverter.GetBytes(i)).ShouldBe(CacheResult.Done);
        }

        _rig.Caches.EndTurn();
        cache.LastTurnFailed.ShouldBeFalse();
        _rig.Find(BitConverter.GetBytes(0)).ShouldBeNull();
        _rig.StoreTurn("more"u8, "x"u8).ShouldBe(CacheResult.Done);
        _rig.Lines.Count.ShouldBe(1);
    }

    [Fact]
    public void A_map_that_cannot_grow_refuses_new_sessions_and_keeps_the_others()
    {
        SessionCache cache = _rig.OpenSmtpd();
        _rig.StoreTurn("before"u8, "kept"u8).ShouldBe(CacheResult.Done);
        _rig.Caches.Dispose();

        // Twice the address space of a process, which the kernel would refuse.
        _rig.Context = _rig.Context with { Limits = new CacheLimits { MapMarginBytes = 1L << 47 } };
        cache = _rig.OpenSmtpd();
        for (int turn = 0; turn < 3; turn++)
        {
            cache.Store("a"u8, "b"u8).ShouldBe(CacheResult.Fault);
            _rig.Caches.EndTurn();
            cache.LastTurnFailed.ShouldBeFalse("no change of the turn was lost");
            _rig.Find("before"u8).ShouldBe("kept"u8.ToArray());
            _rig.SweepToTheEnd();
        }

        cache.IsAvailable.ShouldBeTrue();
        _rig.Lines.ShouldBe([$"Warning: smtpd TLS cache btree:{_rig.Root}/smtpd: Cannot allocate memory"
            + " -- sessions are not kept for now"]);
    }

    [Fact]
    public void A_file_that_is_replaced_while_it_is_opened_is_not_used()
    {
        SessionStore.Open(_rig.File, (1, 1), CacheLimits.Default, out SessionStore? store)
            .Describe().ShouldBe("Stale file handle");
        store.ShouldBeNull();
    }

    [Fact]
    public void A_fault_of_one_cache_does_not_affect_another()
    {
        _rig.Open(
            new SessionCacheSettings("smtpd", $"btree:{_rig.Root}/smtpd", 3600, "0"),
            new SessionCacheSettings("smtp", $"btree:{_rig.Root}/smtp", 3600, "0"));
        SessionCache smtp = _rig.Caches.Find("smtp"u8)!;
        using (new FileSizeLimit(512 * 1024))
        {
            _rig.Smtpd.Store("a"u8, new byte[Megabyte]);
            smtp.Store("b"u8, "x"u8);
            _rig.Caches.EndTurn();
        }

        _rig.Smtpd.LastTurnFailed.ShouldBeTrue();
        smtp.LastTurnFailed.ShouldBeFalse();
        smtp.Lookup("b"u8, out _).ShouldBe(CacheResult.Done);
    }

    private static long Stores(SessionCache cache) =>
        cache.Counters.List().Single(static counter => counter.Key == "stores").Value;
}
