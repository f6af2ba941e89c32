using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>Sessions and a clock that is set: nothing trusts a time in the future.</summary>
public sealed class SessionClockTests : IDisposable
{
    private const int TimeoutSeconds = 3600;

    private readonly CacheRig _rig = new();

    private long Now => _rig.Clock.GetUtcNow().ToUnixTimeSeconds();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(0, true)]
    [InlineData(-CacheLimits.MaximumAheadSeconds, true)]
    [InlineData(-CacheLimits.MaximumAheadSeconds - 1, false)]
    [InlineData(-86400, false)]
    [InlineData(-14 * 365 * 86400, false)]
    public void A_session_stored_before_the_clock_was_set_back_is_found_within_five_minutes_alone(
        int jumpSeconds, bool isFound)
    {
        _rig.OpenSmtpd(TimeoutSeconds);
        _rig.StoreTurn("a"u8, "x"u8);
        Jump(jumpSeconds);

        List().ShouldBe(isFound ? ["a"] : []);
        (_rig.Find("a"u8) is not null).ShouldBe(isFound);
        Jump(-jumpSeconds);
        (_rig.Find("a"u8) is not null).ShouldBe(isFound, "a session that was once not found does not come back");
    }

    [Fact]
    public void A_session_from_the_future_is_listed_with_no_more_than_its_timeout_left()
    {
        SessionCache cache = _rig.OpenSmtpd(TimeoutSeconds);
        _rig.StoreTurn("a"u8, "x"u8);
        Jump(-200);

        using SessionPage page = cache.OpenPage([]);
        page.MoveNext().ShouldBeTrue();
        page.TimeSeconds.ShouldBe(Now);
        cache.RemainingSeconds(page.TimeSeconds).ShouldBe(TimeoutSeconds);
    }

    [Fact]
    public void A_sweep_removes_sessions_from_the_future_and_reports_no_damage()
    {
        SessionCache cache = _rig.OpenSmtpd(TimeoutSeconds);
        for (int i = 0; i < 100; i++)
        {
            _rig.StoreTurn(Id(i), "x"u8);
        }

        Jump(-86400);
        _rig.StoreTurn("now"u8, "x"u8);
        _rig.SweepToTheEnd();

        cache.Figures.Entries.ShouldBe(1);
        _rig.Find("now"u8).ShouldNotBeNull();
        _rig.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void Sessions_from_the_future_at_the_head_of_the_queue_are_removed_with_their_entries()
    {
        SessionCache cache = _rig.OpenSmtpd(TimeoutSeconds);
        for (int i = 0; i < 10; i++)
        {
            _rig.StoreTurn(Id(i), "x"u8);
        }

        Jump(-86400);
        for (int i = 0; i < 5; i++)
        {
            _rig.StoreTurn(Encoding.ASCII.GetBytes($"now {i}"), "x"u8).ShouldBe(CacheResult.Done);
        }

        cache.Figures.Entries.ShouldBe(5, "each store has removed two");
    }

    /// <summary>
    /// The invariant: whatever the clock shows, a session is found only with the bytes stored last under its id, between
    /// its timeout behind the clock and five minutes ahead; a session that was once not found stays lost until it is
    /// stored again; the list shows the sessions that lookups find, none stored in the future and none with more than the
    /// timeout left. And a clock that is set right again costs at most a full handshake: a session that is stored then is
    /// found at once, and until its timeout.
    /// </summary>
    [Fact]
    public void A_clock_that_is_set_right_again_costs_at_most_a_full_handshake() =>
        Prop.ForAll(
            Gen.Choose(0, 99).Two().ArrayOf(60).ToArbitrary(),
            steps =>
            {
                using CacheRig rig = new();
                new ClockModel(rig).Run(steps);
            }).QuickCheckThrowOnFailure();

    private void Jump(int seconds) => _rig.Clock.SetTimeOfDay(_rig.Clock.GetUtcNow().AddSeconds(seconds));

    private List<string> List()
    {
        List<string> ids = [];
        using SessionPage page = _rig.Smtpd.OpenPage([]);
        while (page.MoveNext())
        {
            if (page.IsValid)
            {
                ids.Add(Encoding.ASCII.GetString(page.Id));
            }
        }

        return ids;
    }

    private static byte[] Id(int number) => Encoding.ASCII.GetBytes($"session {number}");

    /// <summary>A cache beside what it may and must find.</summary>
    private sealed class ClockModel
    {
        private const int Ids = 6;

        private readonly CacheRig _rig;
        private readonly Dictionary<int, (long StoredSeconds, byte Content)> _stored = [];
        private readonly HashSet<int> _sinceJump = [];
        private byte _content;

        internal ClockModel(CacheRig rig)
        {
            _rig = rig;
            _rig.OpenSmtpd(TimeoutSeconds);
        }

        private long Now => _rig.Clock.GetUtcNow().ToUnixTimeSeconds();

        internal void Run((int Kind, int Amount)[] steps)
        {
            foreach ((int kind, int amount) in steps)
            {
                switch (kind)
                {
                    case < 15:
                        int[] jumps = [-86400, -1000, -300, -20, 20, 400, 3700, 90_000];
                        _rig.Clock.SetTimeOfDay(_rig.Clock.GetUtcNow().AddSeconds(jumps[amount % jumps.Length]));
                        _sinceJump.Clear();
                        break;
                    case < 30:
                        _rig.Clock.Advance(TimeSpan.FromSeconds(amount * 50));
                        break;
                    case < 35:
                        _rig.SweepToTheEnd();
                        break;
                    case < 40:
                        _rig.Caches.Dispose();
                        _rig.OpenSmtpd(TimeoutSeconds);
                        break;
                    case < 70:
                        Store(amount % Ids);
                        break;
                    default:
                        Find(amount % Ids);
                        break;
                }

                CheckList();
            }
        }

        private void Store(int id)
        {
            _rig.StoreTurn(Id(id), [++_content]).ShouldBe(CacheResult.Done);
            _stored[id] = (Now, _content);
            _sinceJump.Add(id);
            Find(id).ShouldBeTrue("it was just stored");
        }

        private bool Find(int id)
        {
            byte[]? found = _rig.Find(Id(id));
            bool isKnown = _stored.TryGetValue(id, out (long StoredSeconds, byte Content) stored);
            if (found is null)
            {
                (isKnown && _sinceJump.Contains(id) && Now - stored.StoredSeconds <= TimeoutSeconds)
                    .ShouldBeFalse("the clock was not set since");
                _stored.Remove(id);
                return false;
            }

            isKnown.ShouldBeTrue("it was once not found");
            found.ShouldBe([stored.Content]);
            (Now - stored.StoredSeconds).ShouldBeInRange(-CacheLimits.MaximumAheadSeconds, TimeoutSeconds);
            return true;
        }

        private void CheckList()
        {
            using SessionPage page = _rig.Smtpd.OpenPage([]);
            while (page.MoveNext())
            {
                page.IsDamaged.ShouldBeFalse();
                if (page.IsValid)
                {
                    int id = Enumerable.Range(0, Ids).Single(IsId(page.Id));
                    _stored.ShouldContainKey(id);
                    page.TimeSeconds.ShouldBeInRange(Now - TimeoutSeconds, Now);
                    _rig.Smtpd.RemainingSeconds(page.TimeSeconds).ShouldBeInRange(0, TimeoutSeconds);
                }
            }
        }

        private static Func<int, bool> IsId(ReadOnlySpan<byte> id)
        {
            byte[] bytes = id.ToArray();
            return number => Id(number).AsSpan().SequenceEqual(bytes);
        }
    }
}
