using System;
using Shouldly;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>A cache that is full takes sessions again when an eighth is free: not one for each that goes.</summary>
public sealed class FullCacheTests : IDisposable
{
    private const int MaximumBytes = 1 << 20;
    private const int SessionBytes = 3000;

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_full_cache_stays_full_until_an_eighth_is_free()
    {
        _rig.Context = _rig.Context with { Limits = new CacheLimits { MaximumLiveBytes = MaximumBytes } };
        SessionCache cache = _rig.OpenSmtpd();
        int stored = 0;
        while (_rig.StoreTurn(BitConverter.GetBytes(stored), new byte[SessionBytes]) == CacheResult.Done)
        {
            stored++;
        }

        Remove(cache, 0, stored / 16);
        _rig.StoreTurn("more"u8, "x"u8).ShouldBe(CacheResult.Fault);
        Remove(cache, stored / 16, stored / 4);
        _rig.StoreTurn("more"u8, "x"u8).ShouldBe(CacheResult.Done);
    }

    private void Remove(SessionCache cache, int first, int end)
    {
        for (int i = first; i < end; i++)
        {
            cache.Delete(BitConverter.GetBytes(i)).ShouldBe(CacheResult.Done);
        }

        _rig.Caches.EndTurn();
    }
}
