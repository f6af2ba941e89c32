// The ticket keys of a pool: those of the previous, the current and the next period, and for the first seconds of a
// period one more previous. All hosts of the pool derive the same ones, with the same time to encrypt: a client that
// fetches a key to decrypt with makes it its own current key when its time is later than that of the one it has.
//
// Nothing here may delay or fail a request: without keys the service goes on with random ones.

using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Random;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Tickets;

/// <summary>Derives the ticket keys of a pool from its secrets and the time of day.</summary>
public sealed class PoolTicketKeys : ITicketKeySource, IDisposable
{
    private readonly PoolTicketSettings _settings;
    private readonly PoolRatchet? _ratchet;
    private readonly string _openFault;
    private readonly TimerQueue _timers;
    private readonly OutageWarning _outage;
    private readonly OutageWarning _writeOutage;
    private readonly PoolKeySet _keys;
    private long _validFrom = long.MaxValue;
    private long _validUntil;
    private bool _isTimerSet;

    private PoolTicketKeys(
        PoolTicketSettings settings, PoolRatchet? ratchet, string openFault, TimerQueue timers, Log log)
    {
        _settings = settings;
        _ratchet = ratchet;
        _openFault = openFault;
        _timers = timers;
        _outage = new OutageWarning(log, $"pool {settings.Name}");
        _writeOutage = new OutageWarning(log, $"writing the state of pool {settings.Name}");
        _keys = new PoolKeySet(settings);
        Uses = new PoolKeyUses();
    }

    /// <summary>The name of the pool.</summary>
    public string Name => _settings.Name;

    /// <summary>Why keys are random for now; empty when they are those of the pool.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Why nothing may be derived from the secrets for now; empty when something may.</summary>
    internal string SecretFault { get; private set; } = "";

    /// <summary>Equal on all hosts of the pool within a period; empty while there are no keys.</summary>
    internal string Fingerprint => Refreshed(Now) ? _keys.Fingerprint : "";

    /// <summary>How often keys were asked for by name.</summary>
    internal PoolKeyUses Uses { get; }

    /// <summary>The secrets; null when there is no state, or it cannot be used.</summary>
    internal PoolRatchet? Ratchet => _ratchet;

    /// <summary>What keys are bound to.</summary>
    internal PoolTicketSettings Settings => _settings;

    /// <summary>The present time.</summary>
    internal long Now => _timers.Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Opens the state of a pool, as mail_owner, before the jail, and derives the first keys.</summary>
    /// <param name="settings">The pool, and what its keys are bound to.</param>
    /// <param name="timers">The timers of the event loop, and its clock.</param>
    /// <param name="log">The log.</param>
    public static PoolTicketKeys Open(PoolTicketSettings settings, TimerQueue timers, Log log)
    {
        // Loads what the jail does not contain, also where no key is derived yet.
        PoolDerivation.Step(stackalloc byte[PoolDerivation.KeyBytes]);
        PoolRatchet? ratchet = OpenState(settings, out string fault);
        PoolTicketKeys keys = new(settings, ratchet, fault, timers, log);
        keys.Refresh(keys.Now);
        if (log.IsVerbose && keys.Fault.Length == 0)
        {
            log.Info(
                $"pool {settings.Name}: generation {ratchet!.State.Newest.Generation}, fingerprint {keys.Fingerprint}");
        }

        return keys;
    }

    /// <inheritdoc/>
    public TicketKey? GetCurrent()
    {
        long now = Now;
        return Refreshed(now) ? _keys.Encrypting(_ratchet!, now) : null;
    }

    /// <inheritdoc/>
    public TicketKey? Find(ReadOnlySpan<byte> name)
    {
        long now = Now;
        if (!Refreshed(now) || _keys.Find(_ratchet!, name, now, out long period) is not { } key)
        {
            return null;
        }

        Uses.Count(_ratchet!.Periods, period, now);
        return key;
    }

    /// <inheritdoc/>
    public IEnumerable<TicketKeyStatus> Describe()
    {
        long now = Now;
        return Refreshed(now) ? _keys.Describe(_ratchet!, now) : [];
    }

    /// <summary>Counts a name that no source knows.</summary>
    internal void CountUnknown() => Uses.Unknown++;

    /// <summary>Adds a generation that follows the one in use after a number of seconds.</summary>
    internal bool TryRotate(long delaySeconds) => Change(mark => _ratchet!.TryRotate(mark, delaySeconds));

    /// <summary>Begins a new generation at once; tickets of all others end.</summary>
    internal bool TryRevoke() => Change(mark => _ratchet!.TryRevoke(mark));

    /// <summary>Erases the secrets of the pool, here and in the file.</summary>
    internal bool TryLeave() => Change(_ => _ratchet!.TryLeave());

    /// <summary>Whether the secrets of the pool can be used now, also where its ticket keys may not.</summary>
    internal bool CanUseSecrets(long now)
    {
        if (now < _validFrom || now >= _validUntil)
        {
            Refresh(now);
        }

        return SecretFault.Length == 0 && _ratchet is { HasLeft: false };
    }

    /// <summary>Stores what this host remembers of a shared cache; false when it cannot be written.</summary>
    internal bool TryMark(int cache, PoolCacheMark mark) => _ratchet?.TryMark(cache, mark) == true;

    /// <summary>Goes on with a state that is far behind; returns whether there is more to do.</summary>
    public bool BackgroundStep()
    {
        if (_ratchet is not { IsCatchingUp: true })
        {
            return false;
        }

        Refresh(Now);
        return _ratchet.IsCatchingUp;
    }

    /// <summary>Erases all keys and closes the state file.</summary>
    public void Dispose()
    {
        _keys.Dispose();
        _ratchet?.Dispose();
    }

    private static PoolRatchet? OpenState(PoolTicketSettings settings, out string fault)
    {
        string path = settings.StateFile;
        PoolStateFile? file = PoolStateFile.Open(path, out string reason);
        PoolState? state = file?.Read(out reason);
        fault = state is null ? $"{path}: {reason}"
            : state.Name != settings.Name ? $"{path}: it is the state of pool {state.Name}"
            : "";
        if (fault.Length == 0)
        {
            return new PoolRatchet(file!, state!, settings.SkewSeconds);
        }

        state?.Dispose();
        file?.Dispose();
        return null;
    }

    /// <summary>Whether the keys of the pool can be used now; moves to the present when its time has come.</summary>
    private bool Refreshed(long now)
    {
        if (now < _validFrom || now >= _validUntil)
        {
            Refresh(now);
        }

        return Fault.Length == 0;
    }

    private void Refresh(long now)
    {
        _validFrom = now;
        _validUntil = now + PoolLimits.RetrySeconds;
        SecretFault = _openFault;
        if (_openFault.Length == 0 && (_settings.Objection.Length == 0 || _settings.SharesSessions))
        {
            TryDerive(now);
        }

        Fault = SecretFault.Length > 0 ? SecretFault : _settings.Objection;
        Report();
        if (Fault.Length == 0 || (SecretFault.Length == 0 && _settings.SharesSessions))
        {
            _validUntil = _ratchet!.Periods.NextChange(now);
        }

        SetTimer(now);
    }

    private void TryDerive(long now)
    {
        try
        {
            PoolClockMark mark = _settings.ReadClocks(now);
            _ratchet!.Advance(mark);
            SecretFault = _ratchet.Fault;
            if (SecretFault.Length == 0)
            {
                _keys.Derive(_ratchet, now);
                return;
            }
        }
        catch (Exception fault) when (fault is CryptographicException or OutOfMemoryException)
        {
            SecretFault = $"keys cannot be derived: {fault.GetType().Name}";
        }

        _keys.Erase();
    }

    private void Report()
    {
        if (Fault.Length == 0)
        {
            _outage.ReportSuccess();
        }
        else if (_ratchet is not { IsCatchingUp: true })
        {
            _outage.ReportFailure($"pool {Name}: {Fault} -- ticket keys are random for now");
        }

        if (_ratchet is { WriteFault.Length: > 0 })
        {
            _writeOutage.ReportFailure(
                $"pool {Name}: {_settings.StateFile}: {_ratchet.WriteFault} -- the stored state grows old");
        }
        else
        {
            _writeOutage.ReportSuccess();
        }
    }

    /// <summary>Keys that are over are erased, and the state is stored, also when no client asks.</summary>
    private void SetTimer(long now)
    {
        if (_isTimerSet || _ratchet is null or { HasLeft: true })
        {
            return;
        }

        bool isSettled = _ratchet.WriteFault.Length == 0 && !_ratchet.StoredClocks.Pending.IsSet;
        long seconds = isSettled ? _validUntil - now : long.Min(_validUntil - now, PoolLimits.RetrySeconds);
        _isTimerSet = true;
        _timers.Schedule(TimeSpan.FromSeconds(long.Max(seconds, 1)), OnTimer);
    }

    private void OnTimer()
    {
        _isTimerSet = false;
        Refresh(Now);
    }

    private bool Change(Func<PoolClockMark, bool> change)
    {
        long now = Now;
        if (_ratchet is null or { HasLeft: true })
        {
            return false;
        }

        bool isDone = change(_settings.ReadClocks(now));
        Refresh(now);
        return isDone;
    }
}
