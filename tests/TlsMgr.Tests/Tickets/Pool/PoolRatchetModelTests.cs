using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using TlsMgr.Tickets;
using TlsMgr.Tickets.Pool;
using Xunit;

namespace TlsMgr.Tests.Tickets.Pool;

/// <summary>The secrets of a pool under clocks that are set, restarts, crashes and failed writes, against a model.</summary>
public sealed class PoolRatchetModelTests
{
    /// <summary>
    /// The invariants: a key is never zero, nor that of another period or generation; nothing is derived from a period
    /// before the oldest one that is accepted; the stored state moves only when a clock agrees with the machine's own,
    /// and then with it; a host has a key unless its clock is more than a day behind the state or years ahead of it.
    /// </summary>
    [Fact]
    public void Secrets_move_by_the_rule_alone() =>
        Prop.ForAll(
            Gen.Choose(0, 99).Two().ArrayOf(60).ToArbitrary(),
            steps =>
            {
                using PoolModel model = new();
                model.Run(steps);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_generation_that_is_ahead_does_not_keep_the_other_from_the_present()
    {
        using PoolHost host = new((1_000_000L * PoolHost.Period) + 400);
        host.Wall += 10 * 86400;
        host.Look();
        host.Ratchet.TryRotate(host.Now, 0).ShouldBeTrue();
        host.Wall -= 80_000;

        host.Look();

        host.GetCurrent().ShouldNotBeNull();
    }

    private sealed class PoolModel : IDisposable
    {
        private static readonly int[] Jumps =
            [-10 * 86400, -90_000, -80_000, -3700, -300, -20, 20, 299, 3700, 90_000, 10 * 86400, 20 * 365 * 86400];

        private readonly PoolHost _host = new((1_000_000L * PoolHost.Period) + 400);
        private byte[] _before;
        private byte[] _file;
        private bool _isRemoved;
        private Snapshot _stored;
        private Dictionary<uint, long> _memory;

        internal PoolModel()
        {
            _file = _before = _host.ReadFile();
            _stored = new Snapshot(_host.ReadStored());
            _memory = _stored.Periods;
        }

        public void Dispose() => _host.Dispose();

        internal void Run((int Kind, int Amount)[] steps)
        {
            foreach ((int kind, int amount) in steps)
            {
                Step(kind, amount);
                _host.Look();
                Check();
                Remember();
            }
        }

        private void Step(int kind, int amount)
        {
            switch (kind)
            {
                case < 15:
                    _host.Wall += Jumps[amount % Jumps.Length];
                    break;
                case < 60:
                    _host.Pass(amount * (kind % 2 == 0 ? 20 : 1));
                    break;
                case < 70:
                    Restart();
                    break;
                case < 75:
                    PutBack();
                    _host.Reboot();
                    _memory = _stored.Periods;
                    break;
                case < 85:
                    Crash(amount);
                    break;
                case < 90:
                    _isRemoved = true;
                    File.Delete(_host.Path);
                    break;
                case < 95:
                    Change(_host.Ratchet.TryRotate(_host.Now, amount * 60), isAlone: false);
                    break;
                default:
                    Change(_host.Ratchet.TryRevoke(_host.Now), isAlone: true);
                    break;
            }
        }

        private void Restart()
        {
            PutBack();
            _host.Restart();
            _memory = _stored.Periods;
        }

        /// <summary>The last write ended after some of its bytes, and the process with it.</summary>
        private void Crash(int amount)
        {
            PutBack();
            _host.Restore(PoolHost.Torn(_before, _file, amount * 2 * PoolStateSlot.LengthBytes / 99));
            _host.Restart();
            _stored = new Snapshot(_host.ReadStored());
            _memory = _stored.Periods;
        }

        private void PutBack()
        {
            if (_isRemoved)
            {
                _host.Restore(_file);
                _isRemoved = false;
            }
        }

        private void Change(bool isDone, bool isAlone)
        {
            PoolChain newest = _host.Ratchet.State.Newest;
            if (_isRemoved)
            {
                isDone.ShouldBeFalse("it could not be stored");
            }

            if (!isDone)
            {
                _memory.ShouldContainKey(newest.Generation, "what is not stored is not begun");
                return;
            }

            _host.Reference.Learn(newest);
            _host.Ratchet.State.Chains.Count.ShouldBeLessThanOrEqualTo(isAlone ? 1 : 2);
            _memory = _host.Ratchet.State.Chains.ToDictionary(chain => chain.Generation, chain => chain.Period);
            _stored = new Snapshot(_host.ReadStored());
        }

        private void Check()
        {
            long oldest = _host.Periods.OldestAt(_host.Wall);
            CheckMemory(oldest);
            CheckKeys();
            if (!_isRemoved)
            {
                CheckFile(oldest);
            }
        }

        private void CheckMemory(long oldest)
        {
            bool isAhead = _memory.Values.Any(period => period > oldest);
            Dictionary<uint, long> start = isAhead ? _stored.Periods : _memory;
            foreach (PoolChain chain in _host.Ratchet.State.Chains)
            {
                chain.Key.ToArray().ShouldBe(_host.Reference.ChainKey(chain.Generation, chain.Period));
                if (_host.Ratchet.Fault.Length == 0)
                {
                    chain.Period.ShouldBe(long.Max(start[chain.Generation], oldest), $"generation {chain.Generation}");
                }
            }
        }

        private void CheckKeys()
        {
            PoolState state = _host.Ratchet.State;
            PoolChain chain = state.EncryptingIn(_host.Periods.Of(_host.Wall));
            long behind = (chain.Period * PoolHost.Period) - _host.Wall;
            bool isWrong = behind > 86400 || _host.Periods.OldestAt(_host.Wall) - chain.Period > 100_000;
            (_host.Ratchet.Fault.Length > 0).ShouldBe(isWrong, _host.Ratchet.Fault);
            TicketKey? key = _host.GetCurrent();
            (key is null).ShouldBe(isWrong, "the state does not derive the key of its time");
            if (key is not null)
            {
                long period = ((key.EncryptUntil + 1) / PoolHost.Period) - 1;
                period.ShouldBe(long.Max(_host.Periods.EncryptingAt(_host.Wall), chain.Period));
                uint generation = state.EncryptingIn(period).Generation;
                key.Bytes.ToArray().ShouldBe(_host.Reference.TicketKey(generation, period));
                _host.Knows(key.Name.ToArray()).ShouldBeTrue();
            }
        }

        private void CheckFile(long oldest)
        {
            PoolClockMark now = _host.Now;
            Snapshot after = new(_host.ReadStored());
            bool isTrusted = Agrees(_stored.Trusted, now)
                || (Agrees(_stored.Pending, now) && now.BootSeconds - _stored.Pending.BootSeconds >= 3600);
            foreach ((uint generation, long period) in after.Periods)
            {
                long before = _stored.Periods[generation];
                bool mayMove = isTrusted && _host.Ratchet.Fault.Length == 0;
                period.ShouldBe(mayMove ? long.Max(before, oldest) : before, "the stored state");
            }

            if (_host.Ratchet.Fault.Length == 0)
            {
                PoolClockMark pending = Agrees(_stored.Pending, now) ? _stored.Pending : now;
                after.Pending.ShouldBe(isTrusted ? default : pending);
            }

            CheckSlots(after);
        }

        /// <summary>No slot keeps what the other has given up.</summary>
        private void CheckSlots(Snapshot after)
        {
            byte[] file = _host.ReadFile();
            for (int index = 0; index < 2; index++)
            {
                using PoolState? slot = PoolHost.Slot(file, index);
                if (_host.Ratchet.Fault.Length == 0)
                {
                    new Snapshot(slot.ShouldNotBeNull()).Periods.ShouldBe(after.Periods, "both slots");
                }

                foreach (PoolChain chain in slot?.Chains ?? [])
                {
                    chain.Key.ToArray().ShouldBe(_host.Reference.ChainKey(chain.Generation, chain.Period));
                }
            }
        }

        private void Remember()
        {
            _memory = _host.Ratchet.State.Chains.ToDictionary(chain => chain.Generation, chain => chain.Period);
            if (_isRemoved)
            {
                return;
            }

            byte[] file = _host.ReadFile();
            if (!file.SequenceEqual(_file))
            {
                (_before, _file) = (_file, file);
            }

            _stored = new Snapshot(_host.ReadStored());
        }

        private static bool Agrees(PoolClockMark earlier, PoolClockMark now)
        {
            long difference = now.WallSeconds - earlier.WallSeconds - now.BootSeconds + earlier.BootSeconds;
            return earlier != default && earlier.Boot == now.Boot && difference is >= -300 and <= 300;
        }
    }

    /// <summary>A state without its keys.</summary>
    private sealed class Snapshot
    {
        internal Snapshot(PoolState state)
        {
            using (state)
            {
                Periods = state.Chains.ToDictionary(chain => chain.Generation, chain => chain.Period);
                Trusted = state.Trusted;
                Pending = state.Pending;
            }
        }

        internal Dictionary<uint, long> Periods { get; }

        internal PoolClockMark Trusted { get; }

        internal PoolClockMark Pending { get; }
    }
}
