using System;
using System.Collections.Generic;
using System.Text;
using Shouldly;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

public sealed class SessionSweepTests : IDisposable
{
    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_sweep_removes_exactly_the_expired_sessions_in_bounded_steps()
    {
        _rig.OpenSmtpd(timeoutSeconds: 200);
        _rig.SweepToTheEnd().ShouldBe(1);
        Fill("old", 500);
        _rig.Clock.Advance(TimeSpan.FromSeconds(100));
        Fill("new", 500);
        _rig.Clock.Advance(TimeSpan.FromSeconds(101));

        int steps = _rig.SweepToTheEnd();

        steps.ShouldBeGreaterThanOrEqualTo(500 / CacheLimits.SweepStepRemovals);
        _rig.Clock.SetTimeOfDay(_rig.Clock.GetUtcNow().AddSeconds(-150));
        Count("old", 500).ShouldBe(0);
        Count("new", 500).ShouldBe(500);
    }

    [Fact]
    public void A_sweep_starts_at_once_and_again_after_each_timeout()
    {
        _rig.OpenSmtpd(timeoutSeconds: 300, logLevel: "2");
        _rig.Timers.MillisecondsUntilNext().ShouldBe(0);
        _rig.SweepToTheEnd();
        _rig.Timers.MillisecondsUntilNext().ShouldBe(300_000);
        _rig.Lines.Clear();
        _rig.Clock.Advance(TimeSpan.FromSeconds(300));
        _rig.SweepToTheEnd();

        _rig.Lines.Count.ShouldBe(1);
        _rig.Timers.MillisecondsUntilNext().ShouldBe(300_000);
    }

    [Fact]
    public void Requests_between_steps_do_not_disturb_a_sweep()
    {
        _rig.OpenSmtpd(timeoutSeconds: 200);
        _rig.SweepToTheEnd();
        Fill("old", 300);
        _rig.Clock.Advance(TimeSpan.FromSeconds(201));
        _rig.Timers.RunDue();
        int turn = 0;
        while (_rig.Caches.SweepStep())
        {
            // Keys before, at and after the sweep's position are stored and deleted, in the sweep's turn and after it.
            _rig.Smtpd.Store(Id("aaa", turn), "x"u8);
            _rig.Smtpd.Delete(Id("old", turn * 32));
            _rig.Caches.EndTurn();
            _rig.StoreTurn(Id("zzz", turn), "x"u8);
            turn++;
        }

        _rig.Caches.EndTurn();
        turn.ShouldBeGreaterThan(5);
        Count("aaa", turn).ShouldBe(turn);
        Count("zzz", turn).ShouldBe(turn);
        _rig.Clock.SetTimeOfDay(_rig.Clock.GetUtcNow().AddSeconds(-100));
        Count("old", 300).ShouldBe(0);
    }

    [Fact]
    public void Caches_are_swept_one_at_a_time_and_each_step_stirs_the_pool()
    {
        List<int> stirred = [];
        _rig.Context = _rig.Context with { Stir = bytes => stirred.Add(bytes.Length) };
        _rig.Open(
            new SessionCacheSettings("smtpd", $"btree:{_rig.Root}/smtpd", 200, "0"),
            new SessionCacheSettings("smtp", $"btree:{_rig.Root}/smtp", 200, "0"));
        for (int i = 0; i < 300; i++)
        {
            _rig.Smtpd.Store(Id("a", i), new byte[1000]);
            _rig.Caches.Find("smtp"u8)!.Store(Id("b", i), new byte[10]);
        }

        _rig.Caches.EndTurn();
        int steps = _rig.SweepToTheEnd();

        steps.ShouldBe(6);
        stirred.ShouldBe([CacheLimits.StirBytes, CacheLimits.StirBytes, 34, 34]);
    }

    private static byte[] Id(string name, int number) => Encoding.ASCII.GetBytes($"{name}-{number:d5}");

    private void Fill(string name, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _rig.Smtpd.Store(Id(name, i), new byte[200]);
        }

        _rig.Caches.EndTurn();
        _rig.Smtpd.LastTurnFailed.ShouldBeFalse();
    }

    private int Count(string name, int count)
    {
        int found = 0;
        for (int i = 0; i < count; i++)
        {
            found += _rig.Find(Id(name, i)) is null ? 0 : 1;
        }

        return found;
    }
}
