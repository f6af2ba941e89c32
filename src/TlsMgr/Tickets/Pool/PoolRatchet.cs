// The secrets of a pool, moved by the clock: in memory at once, in the file only when the clock is to be trusted,
// because a clock that is wrong for a minute would destroy the secrets of all periods that it skips.
//
// The stored state is overwritten when the time of day has moved as the machine's own clock has since the last write,
// in the same boot; or when a new time of day has held for an hour. The beginning of that hour is in the file, so that
// it outlives this process. A clock that is set back has the stored state read again.

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Tickets.Pool;

/// <summary>The state of a pool in memory and in its file.</summary>
/// <param name="file">The open state file, of which this becomes the owner.</param>
/// <param name="stored">Its content, of which this becomes the owner.</param>
/// <param name="skewSeconds">The allowed difference of clocks, as configured.</param>
internal sealed class PoolRatchet(PoolStateFile file, PoolState stored, int skewSeconds) : IDisposable
{
    private PoolState _state = stored;
    private StoredMark _stored = new(stored);
    private bool _isCatchingUp;

    /// <summary>The arithmetic of the pool's periods.</summary>
    internal PoolPeriods Periods { get; } = new(stored.PeriodSeconds, skewSeconds);

    /// <summary>The state in memory; no keys may be derived from it while <see cref="Fault"/> is not empty.</summary>
    internal PoolState State => _state;

    /// <summary>Why no key may be derived; empty when keys may.</summary>
    internal string Fault { get; private set; } = "the state is not read yet";

    /// <summary>Whether the fault is that of a state which is still moved to the present: it ends by itself.</summary>
    internal bool IsCatchingUp => _isCatchingUp && !HasLeft;

    /// <summary>Whether the secrets are erased.</summary>
    internal bool HasLeft { get; private set; }

    /// <summary>Why the stored state is older than it should be; empty when it is not.</summary>
    internal string WriteFault { get; private set; } = "";

    /// <summary>
    /// When the stored state was written by a clock that was trusted, and since when another time of day holds.
    /// </summary>
    internal (PoolClockMark Trusted, PoolClockMark Pending) StoredClocks => (_stored.Trusted, _stored.Pending);

    /// <summary>
    /// Moves to the periods of a time. A state that is far behind takes many calls: see <see cref="IsCatchingUp"/>.
    /// </summary>
    internal void Advance(PoolClockMark now)
    {
        if (HasLeft)
        {
            return;
        }

        if (file.IsUneven && !_stored.IsBehind(_state))
        {
            // After a crash between the two writes: the older slot may have an older secret.
            Write(_state);
        }

        long oldest = Periods.OldestAt(now.WallSeconds);
        if (MayStoredHelp(oldest))
        {
            ReadAgain();
        }

        Fault = PoolClockFault.Find(_state, Periods, now.WallSeconds);
        _isCatchingUp = Fault.Length == 0 && !_state.TryStep(oldest, PoolLimits.PeriodsPerStep);
        if (_isCatchingUp)
        {
            Fault = "the state is being moved to the present";
        }
        else if (Fault.Length == 0)
        {
            _state.EndGenerations(Periods.Of(now.WallSeconds));
            Store(now);
        }
    }

    /// <summary>Adds a generation that encrypts from a later period on.</summary>
    /// <param name="now">The clocks.</param>
    /// <param name="delaySeconds">After how many seconds the change is due: it comes with the next period.</param>
    /// <returns>Whether it is stored; false with a reason in <see cref="WriteFault"/>.</returns>
    internal bool TryRotate(PoolClockMark now, long delaySeconds)
    {
        if (Fault.Length > 0)
        {
            // Under a clock that is years off the new secret would begin there.
            return false;
        }

        long oldest = long.Max(Periods.OldestAt(now.WallSeconds), _state.Newest.Period);
        return TryBegin(oldest, long.Max(Periods.FirstAfter(now.WallSeconds + delaySeconds), oldest), isAlone: false);
    }

    /// <summary>Begins a new generation at once, and erases all others.</summary>
    /// <returns>Whether it is stored; false with a reason in <see cref="WriteFault"/>.</returns>
    internal bool TryRevoke(PoolClockMark now)
    {
        // Under a clock that is years off the new secret begins where the old one is.
        long oldest = Fault.Length > 0 ? _state.Newest.Period : Periods.OldestAt(now.WallSeconds);
        return TryBegin(oldest, oldest, isAlone: true);
    }

    /// <summary>Stores what this host remembers of a shared cache; no secret moves.</summary>
    /// <returns>Whether it is stored; false with a reason in <see cref="WriteFault"/>.</returns>
    internal bool TryMark(int cache, PoolCacheMark mark)
    {
        if (HasLeft || file.Read(out _) is not { } changed)
        {
            WriteFault = "the stored state cannot be read";
            return false;
        }

        using (changed)
        {
            changed.CacheMarks[cache] = mark;
            _state.CacheMarks[cache] = mark;
            return Write(changed);
        }
    }

    /// <summary>Erases the secrets, here and in the file.</summary>
    /// <returns>Whether the file is erased; false with a reason in <see cref="WriteFault"/>.</returns>
    internal bool TryLeave()
    {
        int result = file.Erase();
        WriteFault = result < 0 ? Describe(result) : "";
        Fault = "this host has left the pool";
        HasLeft = true;
        _state.Dispose();
        return result >= 0;
    }

    /// <summary>Erases the secrets in memory and closes the file.</summary>
    public void Dispose()
    {
        _state.Dispose();
        file.Dispose();
    }

    /// <summary>
    /// Whether the stored state derives more of what is accepted now. One generation may be ahead of the clock, and as
    /// old as it is stored, while the other is still moved to the present: reading again would undo that each time.
    /// </summary>
    private bool MayStoredHelp(long oldest)
    {
        foreach (PoolChain chain in _state.Chains)
        {
            if (chain.Period > oldest && _stored.HasMoreThan(_state, chain))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Goes back to the stored state; where that cannot be read, the one in memory stays.</summary>
    private void ReadAgain()
    {
        if (file.Read(out _) is { } again)
        {
            _state.Dispose();
            _state = again;
            _stored = new StoredMark(again);
        }
    }

    private void Store(PoolClockMark now)
    {
        bool holds = _stored.Pending.AgreesWith(now, Periods.Skew)
            && _stored.Pending.SecondsUntil(now) >= PoolLimits.HoldSeconds;
        if (holds || _stored.Trusted.AgreesWith(now, Periods.Skew))
        {
            if (holds || _stored.IsBehind(_state) || _stored.Pending.IsSet || WriteFault.Length > 0)
            {
                _state.Trusted = now;
                _state.Pending = default;
                Write(_state);
            }
        }
        else if (!_stored.Pending.AgreesWith(now, Periods.Skew) && file.Read(out _) is { } unchanged)
        {
            using (unchanged)
            {
                unchanged.Pending = now;
                Write(unchanged);
            }
        }
    }

    private bool TryBegin(long oldest, long from, bool isAlone)
    {
        // Of a write that failed halfway the file may have a generation that has not begun.
        if (HasLeft || file.Read(_state.Newest.Generation) is not { } changed)
        {
            WriteFault = "the stored state cannot be read, or has another generation";
            return false;
        }

        using (changed)
        {
            if (PoolChain.Make(_state.Newest.Generation + 1, oldest, from) is not { } chain)
            {
                WriteFault = "there are no random bytes";
                return false;
            }

            changed.Begin(chain, isAlone);
            if (!Write(changed))
            {
                return false;
            }

            _state.Begin(chain.Copy(), isAlone);
            return true;
        }
    }

    private bool Write(PoolState state)
    {
        state.Sequence = ulong.Max(state.Sequence, _stored.Sequence);
        int result = file.Write(state);
        WriteFault = result < 0 ? Describe(result) : "";
        if (result >= 0)
        {
            _stored = new StoredMark(state);
        }

        return result >= 0;
    }

    private static string Describe(int result) => result == -Errno.NoEntry
        ? "the state file was removed or replaced: postfix reload"
        : Errno.Describe(result);

    /// <summary>What is known of the stored state: everything but its keys.</summary>
    private readonly struct StoredMark(PoolState state)
    {
        internal ulong Sequence { get; } = state.Sequence;

        internal PoolClockMark Trusted { get; } = state.Trusted;

        internal PoolClockMark Pending { get; } = state.Pending;

        private readonly (uint Generation, long Period) _oldest = Position(state.Chains[0]);
        private readonly (uint Generation, long Period) _newest = Position(state.Newest);

        /// <summary>Whether it derives more than a state in memory.</summary>
        internal bool IsBehind(PoolState memory) =>
            _oldest != Position(memory.Chains[0]) || _newest != Position(memory.Newest);

        /// <summary>Whether it has an earlier key of a generation, or a generation that has ended in memory.</summary>
        internal bool HasMoreThan(PoolState memory, PoolChain chain) =>
            _oldest.Generation < memory.Chains[0].Generation
            || (_oldest.Generation == chain.Generation && _oldest.Period < chain.Period)
            || (_newest.Generation == chain.Generation && _newest.Period < chain.Period);

        private static (uint Generation, long Period) Position(PoolChain chain) => (chain.Generation, chain.Period);
    }
}
