using System;
using System.IO;
using System.Text;
using Shouldly;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>The file of a cache that became empty is made small, and is used as before.</summary>
public sealed class EmptyCacheTests : IDisposable
{
    private const int Sessions = 3000;

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
