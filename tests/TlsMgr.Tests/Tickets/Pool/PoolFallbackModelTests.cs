using System;
using System.Collections.Generic;
using System.IO;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Random;
using TlsMgr.Testing;
using TlsMgr.Tickets;
using TlsMgr.Tickets.Pool;
using Xunit;

namespace TlsMgr.Tests.Tickets.Pool;

/// <summary>All sources of ticket keys, while the pool comes and goes: what smtpd is served.</summary>
public sealed class PoolFallbackModelTests
{
    /// <summary>
    /// The invariants: there is a key at any time; it is that of the pool exactly when the pool has no fault, and random
    /// otherwise; it is found by its name; a random key decrypts for its time, whatever the pool does meanwhile.
    /// </summary>
    [Fact]
    public void A_host_has_a_key_of_the_pool_or_a_random_one_at_any_time() =>
        Prop.ForAll(
            Gen.Choose(0, 99).Two().ArrayOf(50).ToArbitrary(),
            steps =>
            {
                using FallbackModel model = new();
                model.Run(steps);
            }).QuickCheckThrowOnFailure();

    private sealed class FallbackModel : IDisposable, ILogTarget
    {
        private const int Period = 1800;
        private const int HalfLifeSeconds = 1800;
        private const string Name = "example";

        private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds((1_000_000L * Period) + 400);
        private static readonly int[] Jumps = [-10 * 86400, -3700, -20, 20, 3700, 10 * 86400, 20 * 365 * 86400];

        private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-pool-").FullName;
        private readonly ManualClock _clock = new();
        private readonly Log _log = new();
        private readonly List<(byte[] Name, byte[] Key, long Made)> _random = [];
        private readonly byte[] _made;
        private RandomPool _bytes;
        private TicketKeys _keys;
        private TimerQueue _timers;
        private long _bootSeconds = 5000;

        internal FallbackModel()
        {
            _log.ReplaceTargets(this);
            _clock.SetTimeOfDay(Start);
            PoolClockMark mark = PoolClockMark.Of(Start.ToUnixTimeSeconds(), _bootSeconds, "boot");
            using PoolState state = PoolState.Make(Name, new PoolPeriods(Period, 300), mark)!;
            PoolStateFile.Create(StatePath, state, UserIdentity.EffectiveUserId, uint.MaxValue).ShouldBeNull();
            _made = File.ReadAllBytes(StatePath);
            (_bytes, _timers, _keys) = Open();
        }

        private string StatePath => Path.Combine(_directory, "state");

        private long Now => _clock.GetUtcNow().ToUnixTimeSeconds();

        void ILogTarget.Write(LogSeverity severity, string text)
        {
            // What is said is the matter of other tests.
        }

        public void Dispose()
        {
            Close();
            Directory.Delete(_directory, recursive: true);
        }

        internal void Run((int Kind, int Amount)[] steps)
        {
            foreach ((int kind, int amount) in steps)
            {
                Step(kind, amount);
                while (_keys.Pool!.BackgroundStep())
                {
                    // A state that is far behind is moved to the present.
                }

                Check();
            }
        }

        private void Step(int kind, int amount)
        {
            switch (kind)
            {
                case < 35:
                    _bootSeconds += amount * 20;
                    _clock.Advance(TimeSpan.FromSeconds(amount * 20));
                    _timers.RunDue();
                    break;
                case < 50:
                    // Keys of another clock are over at times of their own.
                    _random.Clear();
                    _clock.SetTimeOfDay(_clock.GetUtcNow().AddSeconds(Jumps[amount % Jumps.Length]));
                    break;
                case < 60:
                    Restart(File.ReadAllBytes(StatePath));
                    break;
                case < 70:
                    Restart(new byte[PoolStateFile.LengthBytes]);
                    break;
                case < 82:
                    Restart(_made);
                    break;
                case < 88:
                    _keys.Pool!.TryRotate(amount * 60);
                    break;
                case < 94:
                    _keys.Pool!.TryRevoke();
                    break;
                default:
                    _keys.Pool!.TryLeave();
                    break;
            }
        }

        private void Check()
        {
            TicketKey key = _keys.GetCurrent().ShouldNotBeNull();
            key.Bytes.ContainsAnyExcept((byte)0).ShouldBeTrue();
            byte[] name = key.Name.ToArray();
            if (_keys.Pool!.Fault.Length == 0)
            {
                key.Bytes.ToArray().ShouldBe(Expected(((key.EncryptUntil + 1) / Period) - 1));
                (key.EncryptUntil % Period).ShouldBe(Period - 1);
            }
            else
            {
                key.ShouldBeSameAs(_keys.Ring.GetCurrent());
                (key.EncryptUntil - Now).ShouldBeInRange(0, HalfLifeSeconds);
                _random.Add((name, key.Bytes.ToArray(), _bootSeconds));
            }

            _keys.Find(name).ShouldBeSameAs(key);
            CheckRandom();
            CheckUnknown();
        }

        /// <summary>A ticket of a random key is valid for half a timeout at least.</summary>
        private void CheckRandom()
        {
            foreach ((byte[] name, byte[] key, long made) in _random)
            {
                if (_bootSeconds - made < HalfLifeSeconds)
                {
                    _keys.Find(name).ShouldNotBeNull("a random key of " + (_bootSeconds - made) + " s ago")
                        .Bytes.ToArray().ShouldBe(key);
                }
            }
        }

        private void CheckUnknown()
        {
            long before = _keys.Pool!.Uses.Unknown;
            _keys.Find(new byte[16]).ShouldBeNull();
            _keys.Pool.Uses.Unknown.ShouldBe(before + 1);
        }

        private byte[] Expected(long period)
        {
            PoolChain chain = _keys.Pool!.Ratchet!.State.EncryptingIn(period);
            byte[] chainKey = chain.Key.ToArray();
            for (long step = chain.Period; step < period; step++)
            {
                chainKey = PoolReference.Next(chainKey);
            }

            return new PoolReference(Name).TicketKey(chainKey);
        }

        /// <summary>Another process takes over, with this state; it does not have the random keys.</summary>
        private void Restart(byte[] state)
        {
            Close();
            _random.Clear();
            File.WriteAllBytes(StatePath, state);
            (_bytes, _timers, _keys) = Open();
        }

        private (RandomPool Bytes, TimerQueue Timers, TicketKeys Keys) Open()
        {
            RandomPool bytes = new(_clock);
            TimerQueue timers = new(_clock);
            PoolTicketSettings settings = new(Name, StatePath, 300, 32, PoolReference.Cipher, new byte[32])
            {
                BootId = "boot",
                BootSeconds = () => _bootSeconds,
            };
            TicketKeys keys = new(new TicketKeyRing(bytes, timers, 2 * HalfLifeSeconds))
            {
                Pool = PoolTicketKeys.Open(settings, timers, _log),
            };
            return (bytes, timers, keys);
        }

        private void Close()
        {
            _keys.Pool!.Dispose();
            _keys.Ring.Dispose();
            _bytes.Dispose();
        }
    }
}
