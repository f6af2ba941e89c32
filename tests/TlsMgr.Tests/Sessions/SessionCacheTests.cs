using System;
using System.IO;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LightningDB;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Sessions;
using TlsMgr.Tests.Memory;
using Xunit;

namespace TlsMgr.Tests.Sessions;

public sealed class SessionCacheTests : IDisposable
{
    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 0)]
    [InlineData(509, 100)]
    [InlineData(510, 100)]
    [InlineData(511, 100)]
    [InlineData(512, 0)]
    [InlineData(65536, 1048576)]
    [InlineData(102400, 2000)]
    public void Sessions_are_found_for_any_length_of_id_and_session(int idLength, int sessionLength)
    {
        byte[] id = Bytes(idLength, 1);
        byte[] session = Bytes(sessionLength, 2);
        _rig.OpenSmtpd();

        _rig.StoreTurn(id, session).ShouldBe(CacheResult.Done);

        _rig.Find(id).ShouldBe(session);
        _rig.Find(Bytes(idLength + 1, 1)).ShouldBeNull();
        _rig.Smtpd.Delete(id).ShouldBe(CacheResult.Done);
        _rig.Smtpd.Delete(id).ShouldBe(CacheResult.NotFound);
        _rig.Caches.EndTurn();
        _rig.Smtpd.LastTurnFailed.ShouldBeFalse();
        _rig.Find(id).ShouldBeNull();
        _rig.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Any_bytes_are_a_valid_id_and_session()
    {
        _rig.OpenSmtpd();
        Prop.ForAll<byte[], byte[]>((id, session) =>
        {
            _rig.StoreTurn(id, session).ShouldBe(CacheResult.Done);
            _rig.Find(id).ShouldBe(session);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Ids_that_look_like_keys_of_other_sessions_are_distinct()
    {
        _rig.OpenSmtpd();
        byte[] longId = Bytes(600, 1);
        byte[] digest = System.Security.Cryptography.SHA256.HashData(longId);

        _rig.StoreTurn(longId, "long"u8);
        _rig.StoreTurn([(byte)'d', .. digest], "short"u8);
        _rig.StoreTurn(digest, "bare"u8);

        _rig.Find(longId).ShouldBe("long"u8.ToArray());
        _rig.Find([(byte)'d', .. digest]).ShouldBe("short"u8.ToArray());
        _rig.Find(digest).ShouldBe("bare"u8.ToArray());
    }

    [Fact]
    public void A_digest_key_with_the_value_of_another_id_is_a_miss()
    {
        _rig.OpenSmtpd();
        byte[] id = Bytes(600, 1);
        byte[] value = new byte[SessionEntry.MeasureValue(id, "session"u8)];
        byte[] key = SessionEntry.WriteKey(id, new byte[LmdbEnvironment.MaximumKeyBytes]).ToArray();
        SessionEntry.WriteValue(value, key, 1, 1, id, "session"u8);
        ulong keyHash = SessionEntry.HashKey(key);
        SessionEntry.TryReadValue(value, keyHash, id, out _, out ReadOnlySpan<byte> session).ShouldBeTrue();
        session.SequenceEqual("session"u8).ShouldBeTrue();

        byte[] other = [.. id];
        other[599] ^= 1;
        SessionEntry.TryReadValue(value, keyHash, other, out _, out _).ShouldBeFalse();
        SessionEntry.TryReadValue(value, keyHash, Bytes(599, 1), out _, out _).ShouldBeFalse();
        for (int length = 0; length < value.Length; length++)
        {
            SessionEntry.TryReadValue(value.AsSpan(0, length), keyHash, id, out _, out _).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(5, "")]
    [InlineData(5, "1234567")]
    [InlineData(5, "12345678123456781234567")]
    [InlineData(5, "123456781234567812345678session")]
    [InlineData(600, "123456781234567812345678")]
    [InlineData(600, "123456781234567812345678\u0058\u0002\0\0another id")]
    public void A_damaged_value_is_a_miss_and_is_removed(int idLength, string forged)
    {
        System.IO.File.WriteAllBytes(_rig.File, []);
        FileStatus.OfPath(_rig.File, out FileStatus status).ShouldBe(0);
        SessionStore.Open(_rig.File, status.Identity, CacheLimits.Default, out SessionStore? opened)
            .ShouldBe(MDBResultCode.Success);
        using SessionStore store = opened!;
        CacheLog log = new(_rig.Log, "smtpd", "btree:x", logsOperations: false);
        SessionCache cache = new("smtpd", 0, 3600, log, _rig.Clock);
        cache.Begin(store, static _ => { });
        byte[] id = Bytes(idLength, 1);
        byte[] key = SessionEntry.WriteKey(id, new byte[LmdbEnvironment.MaximumKeyBytes]).ToArray();
        store.Reserve(store.Sessions, key, forged.Length, out Span<byte> destination).ShouldBe(MDBResultCode.Success);
        Encoding.Latin1.GetBytes(forged, destination);
        cache.EndTurn();

        cache.Lookup(id, out ReadOnlySpan<byte> session).ShouldBe(CacheResult.NotFound);

        session.IsEmpty.ShouldBeTrue();
        store.Get(store.Sessions, key, out _).ShouldBe(MDBResultCode.NotFound);
        cache.EndTurn();
        cache.LastTurnFailed.ShouldBeFalse();
    }

    [Fact]
    public void A_store_replaces_the_previous_session()
    {
        _rig.OpenSmtpd();
        _rig.StoreTurn("id"u8, "a rather long session"u8);
        _rig.StoreTurn("id"u8, "short"u8);

        _rig.Find("id"u8).ShouldBe("short"u8.ToArray());
    }

    [Fact]
    public void Lookups_of_a_turn_see_its_stores_and_deletes_before_they_are_committed()
    {
        SessionCache cache = _rig.OpenSmtpd();
        cache.Lookup("a"u8, out _).ShouldBe(CacheResult.NotFound);

        cache.Store("a"u8, "one session"u8).ShouldBe(CacheResult.Done);
        cache.Lookup("a"u8, out ReadOnlySpan<byte> session).ShouldBe(CacheResult.Done);
        Encoding.ASCII.GetString(session).ShouldBe("one session");
        cache.Delete("a"u8).ShouldBe(CacheResult.Done);
        cache.Lookup("a"u8, out session).ShouldBe(CacheResult.NotFound);
        session.IsEmpty.ShouldBeTrue();
        cache.Store("a"u8, "one session"u8).ShouldBe(CacheResult.Done);

        File.ReadAllBytes(_rig.File).AsSpan().IndexOf("one session"u8).ShouldBe(-1);
        _rig.Caches.EndTurn();
        File.ReadAllBytes(_rig.File).AsSpan().IndexOf("one session"u8).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_session_expires_exactly_after_its_timeout()
    {
        _rig.OpenSmtpd(timeoutSeconds: 300);
        _rig.StoreTurn("a"u8, "x"u8);

        _rig.Clock.Advance(TimeSpan.FromSeconds(300));
        _rig.Find("a"u8).ShouldNotBeNull();
        _rig.Clock.Advance(TimeSpan.FromSeconds(1));
        _rig.Find("a"u8).ShouldBeNull();

        // The lookup has removed the session: setting the clock back does not restore it.
        _rig.Clock.SetTimeOfDay(_rig.Clock.GetUtcNow().AddSeconds(-200));
        _rig.Find("a"u8).ShouldBeNull();
    }

    [Fact]
    public void A_session_above_the_limit_is_refused_without_failing_the_turn()
    {
        SessionCache cache = _rig.OpenSmtpd();
        cache.Store("a"u8, "x"u8).ShouldBe(CacheResult.Done);
        cache.Store("b"u8, new byte[CacheLimits.MaximumEntryBytes]).ShouldBe(CacheResult.Fault);
        _rig.Caches.EndTurn();

        cache.LastTurnFailed.ShouldBeFalse();
        _rig.Find("a"u8).ShouldNotBeNull();
    }

    [Fact]
    public void Requests_allocate_nothing()
    {
        SessionCache cache = _rig.OpenSmtpd();
        byte[] longId = Bytes(2000, 3);
        byte[] session = Bytes(1500, 4);
        byte[] missing = [1, 2, 3];

        void Serve()
        {
            cache.Store(longId, session);
            cache.Store("short"u8, session);
            _rig.Caches.EndTurn();
            cache.Lookup(longId, out _);
            cache.Lookup("short"u8, out _);
            cache.Lookup(missing, out _);
            _rig.Caches.EndTurn();
            cache.Delete(longId);
            cache.Delete("short"u8);
            cache.Delete(missing);
            _rig.Caches.SweepStep();
            _rig.Caches.EndTurn();
        }

        AllocatedBytes.PerBatch(Serve).ShouldBe(0);
    }

    internal static byte[] Bytes(int length, int seed) =>
        [.. Enumerable.Range(0, length).Select(i => (byte)((i * 7) + (i >> 8) + seed))];
}
