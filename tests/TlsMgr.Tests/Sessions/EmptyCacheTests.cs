using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using LightningDB;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>The file of a cache that became empty is made small, and is used as before.</summary>
public sealed partial class EmptyCacheTests : IDisposable
{
    private const int Sessions = 3000;
    private const int LastPageOffset = 136;
    private const uint AllowsSealing = 2;
    private const int AddSeals = 1033;
    private const int SealShrink = 2;

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_flush_makes_the_file_small()
    {
        SessionCache cache = _rig.OpenSmtpd();
        Fill();
        long largeBytes = Length;
        largeBytes.ShouldBeGreaterThan(CacheLimits.ShrinkBytes);

        Flush(cache);

        Length.ShouldBeLessThan(CacheLimits.ShrinkBytes / 8);
        cache.Figures.FileBytes.ShouldBe(Length);
        _rig.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void An_expiry_of_all_sessions_makes_the_file_small()
    {
        _rig.OpenSmtpd(timeoutSeconds: 200);
        Fill();
        _rig.Clock.Advance(TimeSpan.FromSeconds(201));

        _rig.SweepToTheEnd();

        Length.ShouldBeLessThan(CacheLimits.ShrinkBytes / 8);
    }

    [Fact]
    public void Sessions_stored_afterwards_are_found_also_by_the_next_process()
    {
        SessionCache cache = _rig.OpenSmtpd();
        for (int round = 0; round < 3; round++)
        {
            Fill();
            Flush(cache);
        }

        Fill();
        _rig.StoreTurn("after"u8, "SESSION"u8).ShouldBe(CacheResult.Done);
        _rig.Find("after"u8).ShouldBe("SESSION"u8.ToArray());
        cache.Figures.Entries.ShouldBe(Sessions + 1);
        _rig.Caches.Dispose();

        _rig.OpenSmtpd().Figures.Entries.ShouldBe(Sessions + 1);
        _rig.Find("after"u8).ShouldBe("SESSION"u8.ToArray());
        _rig.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void A_file_with_a_single_session_stays()
    {
        SessionCache cache = _rig.OpenSmtpd();
        Fill();
        long largeBytes = Length;
        cache.FlushStep(default, out _, out ReadOnlySpan<byte> next).ShouldBe(CacheResult.Done);
        while (!next.IsEmpty)
        {
            _rig.Smtpd.Store("kept"u8, "SESSION"u8);
            _rig.Caches.EndTurn();
            cache.FlushStep(next, out _, out next).ShouldBe(CacheResult.Done);
        }

        cache.Store("kept"u8, "SESSION"u8).ShouldBe(CacheResult.Done);
        _rig.Caches.EndTurn();

        Length.ShouldBeGreaterThanOrEqualTo(largeBytes);
        _rig.Find("kept"u8).ShouldBe("SESSION"u8.ToArray());
    }

    [Fact]
    public void A_crash_right_after_it_was_emptied_is_no_damage()
    {
        _rig.OpenSmtpd();
        Fill();
        _rig.Caches.Dispose();
        int descriptor = FileDescriptor.Open(_rig.File, OpenFlags.ReadWrite);
        LmdbFile.Empty(descriptor, LmdbPageSize.SmallestBytes).ShouldBe(0);
        FileDescriptor.Close(descriptor);

        _rig.OpenSmtpd();

        _rig.StoreTurn("after"u8, "SESSION"u8).ShouldBe(CacheResult.Done);
        _rig.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void A_cache_that_cannot_be_read_is_not_taken_for_an_empty_one()
    {
        _rig.OpenSmtpd();
        Fill();
        byte[] pages = File.ReadAllBytes(_rig.File)[..(2 * LmdbPageSize.SmallestBytes)];

        // More pages than the map has: LMDB begins no transaction.
        WriteLastPage([0xff, 0xff, 0xff, 0]);
        _rig.SweepToTheEnd();
        WriteLastPage(pages.AsSpan(LastPageOffset, 4));

        _rig.Find("id-00000"u8).ShouldNotBeNull();
        _rig.Smtpd.Figures.Entries.ShouldBe(Sessions);
    }

    [Fact]
    public void A_file_that_cannot_be_cut_off_is_used_as_before()
    {
        int descriptor = CreateMemoryFile("cache", AllowsSealing);
        FileStatus.OfDescriptor(descriptor, out FileStatus status);
        SessionStore.Open(
            $"/proc/self/fd/{descriptor}", status.Identity, CacheLimits.Default, out SessionStore? store)
            .ShouldBe(MDBResultCode.Success);
        store!.Reserve(store.Sessions, "before"u8, 2 * CacheLimits.ShrinkBytes, out _).ShouldBe(MDBResultCode.Success);
        store.Reserve(store.Order, "queued"u8, 8, out _).ShouldBe(MDBResultCode.Success);
        store.EndTurn().ShouldBe(MDBResultCode.Success);
        store.Delete(store.Sessions, "before"u8).ShouldBe(MDBResultCode.Success);
        store.EndTurn().ShouldBe(MDBResultCode.Success);
        Control(descriptor, AddSeals, SealShrink).ShouldBe(0);

        store.ShrinkIfEmpty().ShouldBe(MDBResultCode.Success);

        store.Reserve(store.Sessions, "after"u8, 100, out _).ShouldBe(MDBResultCode.Success);
        store.Reserve(store.Order, "queued"u8, 8, out _).ShouldBe(MDBResultCode.Success);
        store.EndTurn().ShouldBe(MDBResultCode.Success);
        store.Get(store.Sessions, "after"u8, out ReadOnlySpan<byte> value).ShouldBe(MDBResultCode.Success);
        value.Length.ShouldBe(100);
        store.Dispose();
        FileDescriptor.Close(descriptor);
    }

    private void WriteLastPage(ReadOnlySpan<byte> number)
    {
        int descriptor = FileDescriptor.Open(_rig.File, OpenFlags.ReadWrite);
        FileDescriptor.WriteAt(descriptor, number, LastPageOffset);
        FileDescriptor.WriteAt(descriptor, number, LmdbPageSize.SmallestBytes + LastPageOffset);
        FileDescriptor.Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);

    private long Length => new FileInfo(_rig.File).Length;

    private void Fill()
    {
        for (int i = 0; i < Sessions; i++)
        {
            _rig.Smtpd.Store(Encoding.ASCII.GetBytes($"id-{i:d5}"), new byte[1500]).ShouldBe(CacheResult.Done);
        }

        _rig.Caches.EndTurn();
        _rig.Smtpd.LastTurnFailed.ShouldBeFalse();
    }

    private void Flush(SessionCache cache)
    {
        ReadOnlySpan<byte> next = default;
        do
        {
            cache.FlushStep(next, out _, out next).ShouldBe(CacheResult.Done);
            _rig.Caches.EndTurn();
        }
        while (!next.IsEmpty);
    }
}
