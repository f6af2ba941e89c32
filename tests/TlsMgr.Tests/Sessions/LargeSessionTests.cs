using System;
using System.Collections.Generic;
using System.Text;
using Shouldly;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

public sealed class LargeSessionTests : IDisposable
{
    private const int SizeLimitBytes = 4 * 1024 * 1024;

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(700_000, 1)]
    [InlineData(700_000, 12)]
    [InlineData(60_000, 12)]
    [InlineData(2_500_000, 12)]
    public void A_large_session_that_finds_no_room_fails_alone(int largeBytes, int smallPerTurn)
    {
        _rig.Open(new SessionCacheSettings("smtpd", $"btree:{_rig.Root}/smtpd", 3600, "0")
        {
            SizeLimitBytes = SizeLimitBytes,
        });
        for (int turn = 0; turn < 200; turn++)
        {
            StoreTurn(turn, largeBytes, smallPerTurn).ShouldAllBe(result => result == CacheResult.Done);
            for (int i = 0; i < smallPerTurn; i++)
            {
                _rig.Find(Small(turn, i)).ShouldNotBeNull($"turn {turn}, small session {i}");
            }
        }
    }

    [Fact]
    public void A_large_session_that_is_reported_as_stored_is_found()
    {
        _rig.Open(new SessionCacheSettings("smtpd", $"btree:{_rig.Root}/smtpd", 3600, "0")
        {
            SizeLimitBytes = SizeLimitBytes,
        });
        int stored = 0;
        for (int turn = 0; turn < 200; turn++)
        {
            CacheResult result = _rig.Smtpd.Store(Large(turn), new byte[700_000]);
            StoreTurn(turn, largeBytes: 0, smallPerTurn: 4);
            (_rig.Find(Large(turn)) is not null).ShouldBe(result == CacheResult.Done, $"turn {turn}");
            stored += result == CacheResult.Done ? 1 : 0;
        }

        stored.ShouldBeInRange(30, 170, "some find room and some do not");
        _rig.Smtpd.Counters.List().ShouldContain(
            new KeyValuePair<string, long>("stores", stored + (200 * 4)));
    }

    /// <summary>One turn of several clients, one of which stores a large session between those of the others.</summary>
    private CacheResult[] StoreTurn(int turn, int largeBytes, int smallPerTurn)
    {
        CacheResult[] results = new CacheResult[smallPerTurn];
        for (int i = 0; i < smallPerTurn; i++)
        {
            if (largeBytes > 0 && i == smallPerTurn / 2)
            {
                _rig.Smtpd.Store(Large(turn), new byte[largeBytes]);
            }

            results[i] = _rig.Smtpd.Store(Small(turn, i), new byte[1500]);
        }

        _rig.Caches.SweepStep();
        _rig.Caches.EndTurn();
        _rig.Smtpd.LastTurnFailed.ShouldBeFalse($"turn {turn}");
        return results;
    }

    private static byte[] Small(int turn, int number) => Encoding.ASCII.GetBytes($"small {turn} {number}");

    private static byte[] Large(int turn) => Encoding.ASCII.GetBytes($"large {turn}");
}
