using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using TlsMgr.Postfix.Events;
using TlsMgr.Random;
using TlsMgr.Testing;
using TlsMgr.Tickets;
using Xunit;

namespace TlsMgr.Tests.Tickets;

public sealed class TicketKeyRingTests : IDisposable
{
    private const int TimeoutSeconds = 3600;
    private const int HalfLifeSeconds = TimeoutSeconds / 2;

    private readonly ManualClock _clock = new();
    private readonly TimerQueue _timers;
    private readonly RandomPool _pool;
    private readonly TicketKeyRing _ring;

    public TicketKeyRingTests()
    {
        _pool = new RandomPool(_clock);
        _timers = new TimerQueue(_clock);
        _ring = new TicketKeyRing(_pool, _timers, TimeoutSeconds);
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeSeconds();

    public void Dispose()
    {
        _ring.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public void The_current_key_encrypts_for_half_the_timeout()
    {
        TicketKey key = _ring.GetCurrent()!;

        key.EncryptUntil.ShouldBe(Now + HalfLifeSeconds - 1);
        _clock.Advance(TimeSpan.FromSeconds(HalfLifeSeconds - 2));
        _ring.GetCurrent().ShouldBeSameAs(key);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _ring.GetCurrent().ShouldNotBeSameAs(key);
    }

    [Fact]
    public void A_key_decrypts_for_another_half()
    {
        byte[] name = _ring.GetCurrent()!.Name.ToArray();

        _clock.Advance(TimeSpan.FromSeconds((2 * HalfLifeSeconds) - 2));
        _ring.Find(name).ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromSeconds(1));
        _ring.Find(name).ShouldBeNull();
    }

    [Fact]
    public void After_an_early_rotation_the_previous_key_decrypts()
    {
        TicketKey old = _ring.GetCurrent()!;
        _clock.Advance(TimeSpan.FromSeconds(100));

        TicketKey key = _ring.Rotate()!;

        _ring.GetCurrent().ShouldBeSameAs(key);
        key.EncryptUntil.ShouldBe(Now + HalfLifeSeconds - 1);
        _ring.Find(old.Name).ShouldBeSameAs(old);
        _ring.Rotations.ShouldBe(2);
        _ring.Describe().ShouldBe(
        [
            new TicketKeyStatus(
                Convert.ToHexStringLower(key.Name), "current", HalfLifeSeconds - 1, TimeoutSeconds - 1),
            new TicketKeyStatus(
                Convert.ToHexStringLower(old.Name), "previous", HalfLifeSeconds - 101, TimeoutSeconds - 101),
        ]);
    }

    [Fact]
    public void Only_keys_that_decrypt_are_described()
    {
        _ring.Describe().ShouldBeEmpty();
        _ring.GetCurrent();

        _clock.Advance(TimeSpan.FromSeconds(TimeoutSeconds - 2));
        _ring.Describe().Single().ShouldSatisfyAllConditions(
            key => key.EncryptSeconds.ShouldBe(0), key => key.DecryptSeconds.ShouldBe(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        _ring.Describe().ShouldBeEmpty();
    }

    [Fact]
    public void After_a_rotation_the_previous_key_still_decrypts_and_the_one_before_is_erased()
    {
        TicketKey first = _ring.GetCurrent()!;
        byte[] firstName = first.Name.ToArray();
        _clock.Advance(TimeSpan.FromSeconds(HalfLifeSeconds));
        byte[] secondName = _ring.GetCurrent()!.Name.ToArray();

        _ring.Find(firstName).ShouldBeSameAs(first);
        _ring.Find(secondName).ShouldNotBeNull();

        _clock.Advance(TimeSpan.FromSeconds(HalfLifeSeconds));
        _ring.GetCurrent();
        _ring.Find(firstName).ShouldBeNull();
        first.Bytes.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void An_expired_key_is_erased_without_a_request()
    {
        TicketKey key = _ring.GetCurrent()!;
        _clock.Advance(TimeSpan.FromSeconds((2 * HalfLifeSeconds) - 2));
        _timers.RunDue();
        key.Bytes.IsEmpty.ShouldBeFalse("it still decrypts");

        _clock.Advance(TimeSpan.FromSeconds(2));
        _timers.RunDue();

        key.Bytes.IsEmpty.ShouldBeTrue();
        _ring.GetCurrent().ShouldNotBeSameAs(key);
    }

    [Fact]
    public void No_part_of_a_key_repeats_over_a_thousand_rotations()
    {
        const int Rotations = 1000;
        HashSet<string> names = [];
        HashSet<string> secretHalves = [];
        for (int i = 0; i < Rotations; i++)
        {
            TicketKey key = _ring.GetCurrent()!;
            names.Add(Convert.ToHexString(key.Name));
            byte[] secrets = [.. key.CipherKey, .. key.MacKey];
            foreach (byte[] half in secrets.Chunk(TicketKey.SecretBytes / 2))
            {
                secretHalves.Add(Convert.ToHexString(half));
            }

            _clock.Advance(TimeSpan.FromSeconds(HalfLifeSeconds));
        }

        names.Count.ShouldBe(Rotations);
        secretHalves.Count.ShouldBe(4 * Rotations);
        secretHalves.Overlaps(names).ShouldBeFalse();
    }

    [Fact]
    public void A_clock_that_is_set_back_a_little_causes_no_new_key()
    {
        TicketKey key = _ring.GetCurrent()!;

        _clock.SetTimeOfDay(_clock.GetUtcNow().AddSeconds(-1));

        _ring.GetCurrent().ShouldBeSameAs(key);
        _ring.Find(key.Name).ShouldBeSameAs(key);
    }

    [Fact]
    public void A_key_from_a_clock_that_was_years_ahead_is_replaced_and_decrypts_no_longer_than_others()
    {
        _clock.SetTimeOfDay(_clock.GetUtcNow().AddYears(14));
        TicketKey future = _ring.GetCurrent()!;
        byte[] futureName = future.Name.ToArray();
        _clock.SetTimeOfDay(_clock.GetUtcNow().AddYears(-14));

        _ring.Find(futureName)!.EncryptUntil.ShouldBeLessThan(Now, "no client may encrypt with it");
        TicketKey key = _ring.GetCurrent()!;
        key.EncryptUntil.ShouldBe(Now + HalfLifeSeconds - 1);
        _ring.Find(futureName).ShouldBeSameAs(future, "its tickets are a moment old");

        _clock.Advance(TimeSpan.FromSeconds(HalfLifeSeconds));
        _ring.Find(futureName).ShouldBeNull();
    }

    [Fact]
    public void However_the_clock_jumps_a_key_is_gone_after_its_life_and_the_current_one_ends_last()
    {
        Prop.ForAll(
            Gen.Choose(-20_000, 20_000).Two().ArrayOf(30).ToArbitrary(),
            steps =>
            {
                Dictionary<string, long> created = [];
                foreach ((int jumpSeconds, int passedSeconds) in steps)
                {
                    _clock.SetTimeOfDay(_clock.GetUtcNow().AddSeconds(jumpSeconds));
                    _clock.Advance(TimeSpan.FromSeconds(Math.Abs(passedSeconds) / 10));
                    _timers.RunDue();
                    TicketKey current = _ring.GetCurrent()!;
                    created.TryAdd(Convert.ToHexString(current.Name), _clock.GetTimestamp());
                    (current.EncryptUntil - Now).ShouldBeInRange(1, HalfLifeSeconds);
                    foreach ((string name, long timestamp) in created)
                    {
                        if (_ring.Find(Convert.FromHexString(name)) is { } found)
                        {
                            _clock.GetElapsedTime(timestamp).TotalSeconds.ShouldBeLessThan(TimeoutSeconds);
                            (ReferenceEquals(found, current) || found.EncryptUntil < current.EncryptUntil).ShouldBeTrue();
                        }
                    }
                }
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_clock_that_is_set_forward_and_back_causes_a_new_key_each_time_and_keeps_the_order()
    {
        TicketKey first = _ring.GetCurrent()!;
        byte[] firstName = first.Name.ToArray();

        _clock.SetTimeOfDay(_clock.GetUtcNow().AddDays(1));
        TicketKey second = _ring.GetCurrent()!;
        second.ShouldNotBeSameAs(first);
        _ring.Find(firstName).ShouldBeNull();
        _clock.SetTimeOfDay(_clock.GetUtcNow().AddDays(-1));

        TicketKey third = _ring.GetCurrent()!;
        third.ShouldNotBeSameAs(second);
        TicketKey previous = _ring.Find(second.Name)!;
        previous.ShouldBeSameAs(second);
        previous.EncryptUntil.ShouldBeLessThan(third.EncryptUntil);
    }

    [Fact]
    public void Without_random_bytes_there_is_no_key()
    {
        using RandomPool broken = new(_clock, static buffer =>
        {
            buffer.Clear();
            return false;
        });
        using TicketKeyRing ring = new(broken, _timers, TimeoutSeconds);

        ring.GetCurrent().ShouldBeNull();
        ring.Find(new byte[TicketKey.NameBytes]).ShouldBeNull();
    }

    [Theory]
    [InlineData(3600, true)]
    [InlineData(0, false)]
    public void A_timeout_of_zero_disables_tickets(int timeoutSeconds, bool expected)
    {
        new TicketKeyRing(_pool, _timers, timeoutSeconds).IsEnabled.ShouldBe(expected);
    }
}
