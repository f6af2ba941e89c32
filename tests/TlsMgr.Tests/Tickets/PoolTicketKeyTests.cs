using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Testing;
using TlsMgr.Tickets;
using TlsMgr.Tickets.Pool;
using Xunit;

namespace TlsMgr.Tests.Tickets;

/// <summary>The ticket keys that a host of a pool serves.</summary>
public sealed class PoolTicketKeyTests : IDisposable, ILogTarget
{
    private const int Period = 1800;
    private const int Skew = 300;

    /// <summary>A time that is 400 s into its period.</summary>
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds((1_000_000L * Period) + 400);

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-pool-").FullName;
    private readonly List<string> _records = [];
    private readonly Log _log = new();
    private readonly List<PoolTicketKeys> _hosts = [];
    private long _bootSeconds = 5000;

    private PoolClockMark Mark => PoolClockMark.Of(Start.ToUnixTimeSeconds(), _bootSeconds, "boot");

    public PoolTicketKeyTests() => _log.ReplaceTargets(this);

    void ILogTarget.Write(LogSeverity severity, string text) => _records.Add(LogRecord.Prefixed(severity, text));

    public void Dispose()
    {
        _hosts.ForEach(static host => host.Dispose());
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Hosts_whose_clocks_differ_by_less_than_the_skew_know_each_others_keys()
    {
        string first = NewState();
        Host here = new(this, first, 0);
        foreach (int difference in new[] { -299, 0, 299 })
        {
            Host there = new(this, Copy(first), difference);

            TicketKey theirs = there.Keys.GetCurrent()!;
            TicketKey found = here.Keys.Find(theirs.Name)!;

            found.Bytes.ToArray().ShouldBe(theirs.Bytes.ToArray());
            found.EncryptUntil.ShouldBe(theirs.EncryptUntil);
        }

        _records.ShouldBeEmpty();
    }

    [Fact]
    public void A_key_encrypts_to_the_last_second_but_one_of_its_period()
    {
        Host host = new(this, NewState(), 0);
        TicketKey key = host.Keys.GetCurrent()!;
        long end = key.EncryptUntil;
        end.ShouldBe(((1_000_001L) * Period) - 1);
        string name = Hex(key);

        host.MoveTo(end - 1);
        Hex(host.Keys.GetCurrent()!).ShouldBe(name);
        host.MoveTo(end);

        Hex(host.Keys.GetCurrent()!).ShouldNotBe(name);
        host.Keys.GetCurrent()!.EncryptUntil.ShouldBe(end + Period);
    }

    [Fact]
    public void A_key_decrypts_until_the_skew_of_the_second_period_after_it_is_over()
    {
        Host host = new(this, NewState(), 0);
        byte[] name = host.Keys.GetCurrent()!.Name.ToArray();
        long end = ((1_000_002L) * Period) + Skew;

        host.MoveTo(end - 1);
        host.Keys.Find(name).ShouldNotBeNull();
        host.Keys.Uses.Grace.ShouldBe(1);
        host.MoveTo(end);

        host.Keys.Find(name).ShouldBeNull();
    }

    [Fact]
    public void A_generation_that_follows_is_accepted_at_once_and_encrypts_from_its_period_on()
    {
        string file = NewState();
        Host host = new(this, file, 0);
        string before = Hex(host.Keys.GetCurrent()!);

        host.Keys.TryRotate(2 * Period).ShouldBeTrue();

        Hex(host.Keys.GetCurrent()!).ShouldBe(before);
        PoolRatchet ratchet = host.Keys.Ratchet!;
        ratchet.State.Newest.From.ShouldBe(1_000_003);
        long change = ratchet.Periods.FirstSecond(ratchet.State.Newest.From);
        host.MoveTo(change - 2);
        byte[] last = host.Keys.GetCurrent()!.Name.ToArray();
        Host other = new(this, Copy(file), 0);
        other.MoveTo(change);
        byte[] first = other.Keys.GetCurrent()!.Name.ToArray();
        host.Keys.Find(first).ShouldNotBeNull("of the next period, by a host whose clock is ahead");
        host.MoveTo(change + 10);
        host.Keys.GetCurrent()!.Name.ToArray().ShouldBe(first);
        host.Keys.Find(last).ShouldNotBeNull();
        host.MoveTo(change + (2 * Period));
        ratchet.State.Chains.Count.ShouldBe(1);
    }

    [Fact]
    public void A_revoked_secret_opens_nothing_and_the_next_process_does_not_have_it()
    {
        string file = NewState();
        Host host = new(this, file, 0);
        byte[] name = host.Keys.GetCurrent()!.Name.ToArray();

        host.Keys.TryRevoke().ShouldBeTrue();

        host.Keys.Find(name).ShouldBeNull();
        byte[] fresh = host.Keys.GetCurrent()!.Name.ToArray();
        Host next = new(this, Copy(file), 0);
        next.Keys.Find(name).ShouldBeNull();
        next.Keys.GetCurrent()!.Name.ToArray().ShouldBe(fresh);
    }

    [Fact]
    public void A_secret_that_is_revoked_under_a_clock_that_is_years_off_is_used_when_it_is_set_right()
    {
        Host host = new(this, NewState(), 0);
        byte[] name = host.Keys.GetCurrent()!.Name.ToArray();
        long now = host.Seconds;
        host.JumpTo(now + (20L * 365 * 86400));
        host.Keys.GetCurrent().ShouldBeNull();

        host.Keys.TryRotate(0).ShouldBeFalse();
        host.Keys.TryRevoke().ShouldBeTrue();
        host.JumpTo(now + 60);

        host.Keys.GetCurrent().ShouldNotBeNull();
        host.Keys.Find(name).ShouldBeNull();
    }

    [Fact]
    public void A_host_that_leaves_has_no_secret_any_more()
    {
        string file = NewState();
        Host host = new(this, file, 0);

        host.Keys.TryLeave().ShouldBeTrue();

        host.Keys.GetCurrent().ShouldBeNull();
        new FileInfo(file).Length.ShouldBe(0);
        host.Keys.TryRotate(0).ShouldBeFalse();
    }

    [Fact]
    public void A_state_that_is_a_year_old_is_moved_to_the_present_in_steps_beside_the_requests()
    {
        string file = NewState();
        Host host = new(this, file, 365 * 86400);

        host.Keys.GetCurrent().ShouldBeNull();
        int steps = 1;
        while (host.Keys.BackgroundStep())
        {
            steps++;
        }

        steps.ShouldBeGreaterThan(80);
        host.Keys.GetCurrent().ShouldNotBeNull();
        _records.ShouldBeEmpty();
    }

    [Fact]
    public void A_clock_that_is_years_off_is_warned_of_once_and_forgiven_when_it_is_set_right()
    {
        string file = NewState();
        Host host = new(this, file, 0);
        byte[] name = host.Keys.GetCurrent()!.Name.ToArray();
        long now = host.Seconds;

        host.JumpTo(now + (20L * 365 * 86400));
        host.Keys.GetCurrent().ShouldBeNull();
        host.JumpTo(now - (2 * 86400));
        host.Keys.GetCurrent().ShouldBeNull();
        host.JumpTo(now + 60);

        host.Keys.Find(name).ShouldNotBeNull();
        _records.Count.ShouldBe(2);
        _records[0].ShouldStartWith("warning: pool example: the clock (20");
        _records[0].ShouldEndWith(") -- ticket keys are random for now");
        _records[1].ShouldBe("pool example works again");
    }

    [Fact]
    public void A_clock_that_was_ahead_for_a_while_destroys_nothing()
    {
        string file = NewState();
        Host host = new(this, file, 0);
        byte[] name = host.Keys.GetCurrent()!.Name.ToArray();
        long now = host.Seconds;

        host.JumpTo(now + (10 * Period));
        host.Keys.GetCurrent().ShouldNotBeNull();
        host.Keys.Find(name).ShouldBeNull();
        host.JumpTo(now);

        host.Keys.Find(name).ShouldNotBeNull();
        new Host(this, Copy(file), 0).Keys.Find(name).ShouldNotBeNull();
    }

    [Fact]
    public void Keys_are_bound_to_policy_cipher_and_size()
    {
        string file = NewState();
        byte[] name = new Host(this, file, 0).Keys.GetCurrent()!.Name.ToArray();
        PoolTicketSettings settings = Settings(Copy(file));
        byte[] policy = new byte[32];
        policy[31] = 1;

        foreach (PoolTicketSettings other in new[]
        {
            settings with { Cipher = "aes-128-cbc" }, settings with { SecretBytes = 16 },
            settings with { PolicyDigest = policy },
        })
        {
            new Host(this, other, 0).Keys.Find(name).ShouldBeNull();
        }

        new Host(this, settings with { Cipher = "AES-256-CBC" }, 0).Keys.Find(name).ShouldNotBeNull();
    }

    [Fact]
    public void A_generation_that_is_a_day_ahead_of_the_other_does_not_cost_a_day_of_keys()
    {
        string path = Path.Combine(_directory, "apart");
        const long Ahead = 1_000_040;
        using (PoolState state = new("example", Period) { Trusted = Mark })
        {
            state.Add(PoolChain.Make(1, 999_999, 999_999)!);
            state.Add(PoolChain.Make(2, Ahead, 999_999)!);
            PoolStateFile.Create(path, state, UserIdentity.EffectiveUserId, uint.MaxValue).ShouldBeNull();
        }

        Host host = new(this, path, 0);

        host.Keys.GetCurrent()!.EncryptUntil.ShouldBe(((Ahead + 1) * Period) - 1);
        host.Keys.Describe().Count().ShouldBe(6);
    }

    [Fact]
    public void The_content_of_a_replaced_file_and_of_a_temporary_one_is_overwritten()
    {
        string path = NewState();
        File.Copy(path, $"{path}.new");
        using FileStream replaced = File.OpenRead(path);
        using FileStream leftover = File.OpenRead($"{path}.new");
        replaced.Length.ShouldBe(PoolStateFile.LengthBytes);

        NewState().ShouldBe(path);

        replaced.Length.ShouldBe(0);
        leftover.Length.ShouldBe(0);
        new FileInfo(path).Length.ShouldBe(PoolStateFile.LengthBytes);
        File.Exists($"{path}.new").ShouldBeFalse();
    }

    [Fact]
    public void What_keeps_a_host_from_sharing_is_one_line()
    {
        string missing = Path.Combine(_directory, "missing");
        string file = NewState();

        new Host(this, Settings(missing), 0).Keys.GetCurrent().ShouldBeNull();
        new Host(this, Settings(Copy(file)) with { Name = "other" }, 0).Keys.GetCurrent().ShouldBeNull();
        new Host(this, Settings(Copy(file)) with { Objection = "x: Permission denied" }, 0).Keys.GetCurrent()
            .ShouldBeNull();

        _records.ShouldBe(
        [
            $"warning: pool example: {missing}: No such file or directory -- ticket keys are random for now",
            $"warning: pool other: {_directory}/copy1: it is the state of pool example -- ticket keys are random for now",
            "warning: pool example: x: Permission denied -- ticket keys are random for now",
        ]);
    }

    private static string Hex(TicketKey key) => Convert.ToHexString(key.Name);

    private string NewState()
    {
        string path = Path.Combine(_directory, "state");
        using PoolState state = PoolState.Make("example", new PoolPeriods(Period, Skew), Mark)!;
        PoolStateFile.Create(path, state, UserIdentity.EffectiveUserId, uint.MaxValue).ShouldBeNull();
        return path;
    }

    private string Copy(string path)
    {
        string copy = Path.Combine(_directory, $"copy{Directory.GetFiles(_directory).Length}");
        File.Copy(path, copy);
        return copy;
    }

    private static PoolTicketSettings Settings(string path) =>
        new("example", path, Skew, 32, "aes-256-cbc", new byte[32]) { BootId = "boot" };

    /// <summary>A host whose clock differs from <see cref="Start"/>.</summary>
    private sealed class Host
    {
        private readonly PoolTicketKeyTests _test;
        private readonly ManualClock _clock;
        private readonly TimerQueue _timers;

        internal Host(PoolTicketKeyTests test, string file, long difference)
            : this(test, Settings(file), difference)
        {
        }

        internal Host(PoolTicketKeyTests test, PoolTicketSettings settings, long difference)
        {
            _test = test;
            _clock = new ManualClock();
            _clock.SetTimeOfDay(Start.AddSeconds(difference));
            _timers = new TimerQueue(_clock);
            Keys = PoolTicketKeys.Open(settings with { BootSeconds = () => _test._bootSeconds }, _timers, _test._log);
            test._hosts.Add(Keys);
        }

        internal PoolTicketKeys Keys { get; }

        internal long Seconds => _clock.GetUtcNow().ToUnixTimeSeconds();

        /// <summary>Both clocks move.</summary>
        internal void MoveTo(long seconds)
        {
            _test._bootSeconds += seconds - Seconds;
            _clock.Advance(TimeSpan.FromSeconds(seconds - Seconds));
            _timers.RunDue();
        }

        /// <summary>The time of day is set.</summary>
        internal void JumpTo(long seconds) => _clock.SetTimeOfDay(DateTimeOffset.FromUnixTimeSeconds(seconds));
    }
}
