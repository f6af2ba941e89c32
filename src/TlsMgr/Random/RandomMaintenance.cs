// Keeps the pool fed for the life of the process: external source and exchange file, at start, by timers, at the end.
// Serving must never depend on anything here: every fault is a warning, and the pool works without.

using System;
using System.Threading;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Random;

/// <summary>
/// Opens and reads the external source, keeps the exchange file. Call, in this order: <see cref="OpenSource"/>,
/// <see cref="OpenExchangeFile"/>, <see cref="Start"/>, and <see cref="Save"/> before a normal end (tlsmgr(8)).
/// </summary>
public sealed class RandomMaintenance : IDisposable
{
    private static readonly TimeSpan LockWaitAtStart = TimeSpan.FromMilliseconds(RandomLimits.LockWaitMilliseconds);
    private static readonly TimeSpan LockRetryInterval = TimeSpan.FromSeconds(RandomLimits.LockRetrySeconds);

    private readonly RandomSettings _settings;
    private readonly RandomPool _pool;
    private readonly TimerQueue _timers;
    private readonly Log _log;
    private readonly Action _exchangeFileRemoved;
    private readonly Action<TimeSpan> _wait;
    private readonly JailPath _jail;
    private readonly EntropySource _source;
    private ExchangeFile? _exchange;
    private ScheduledTimer? _nextReseed;
    private ScheduledTimer? _nextUpdate;

    /// <summary>Opens nothing and starts nothing.</summary>
    /// <param name="settings">The parameters.</param>
    /// <param name="pool">What to feed.</param>
    /// <param name="timers">The event loop's timers.</param>
    /// <param name="clock">The clock of these timers.</param>
    /// <param name="log">Where to tell of faults, and at -v of what is done.</param>
    /// <param name="exchangeFileRemoved">
    /// Called when the exchange file was removed while open, after the warning: the daemon should wait a second and end
    /// with status 0, so that a new one makes the file as mail_owner. Nothing updates the file any more.
    /// </param>
    /// <param name="wait">
    /// How to wait for the file's lock in <see cref="Start"/>, at most 0.2 seconds; null: sleep.
    /// </param>
    public RandomMaintenance(RandomSettings settings, RandomPool pool, TimerQueue timers, TimeProvider clock, Log log,
        Action exchangeFileRemoved, Action<TimeSpan>? wait = null)
    {
        _settings = settings;
        _pool = pool;
        _timers = timers;
        _log = log;
        _exchangeFileRemoved = exchangeFileRemoved;
        _wait = wait ?? Thread.Sleep;
        _jail = new JailPath(settings.JailDirectory);
        _source = new EntropySource(settings, _jail, pool, timers, clock, log);
    }

    /// <summary>Opens the external source: while privileged and outside the jail. A failure is a warning.</summary>
    public void OpenSource() => _source.Open();

    /// <summary>
    /// Opens the exchange file or makes it: as mail_owner and outside the jail. A failure is a warning.
    /// </summary>
    public void OpenExchangeFile()
    {
        if (_settings.ExchangePath.Length > 0)
        {
            _exchange = new ExchangeFile(_settings.Redirect(_settings.ExchangePath), _jail, _pool, _log);
            _exchange.Open();
        }
    }

    /// <summary>
    /// Reads from the source and exchanges for the first time, and sets the timers: in the jail, for good without
    /// privileges, and before serving. Does not wait for the source; waits shortly when another process holds the lock.
    /// </summary>
    public void Start()
    {
        _jail.IsEntered = true;
        Reseed();
        if (_exchange is not null)
        {
            ExchangeResult result = Update(_exchange);
            for (int tries = 1; result == ExchangeResult.Locked && tries < RandomLimits.LockTriesAtStart; tries++)
            {
                _wait(LockWaitAtStart);
                result = _exchange.Update();
            }

            PlanUpdate(_exchange, result);
        }
    }

    /// <summary>Leaves fresh output in the exchange file for the next process. For the normal end.</summary>
    public void Save()
    {
        if (_exchange?.Update() == ExchangeResult.Locked)
        {
            _exchange.ReportLocked();
        }
    }

    /// <summary>Cancels the timers and closes everything; the pool is the caller's.</summary>
    public void Dispose()
    {
        _nextReseed?.Cancel();
        _nextUpdate?.Cancel();
        _source.Dispose();
        _exchange?.Dispose();
    }

    private void Reseed()
    {
        _pool.StirTime();
        _source.BeginRound();
        _nextReseed = _timers.Schedule(Jitter(_settings.ReseedPeriodSeconds), Reseed);
    }

    private ExchangeResult Update(ExchangeFile exchange)
    {
        if (_log.IsVerbose)
        {
            _log.Info("tlsmgr_prng_exch_event: update PRNG exchange file");
        }

        _pool.StirTime();
        return exchange.Update();
    }

    private void PlanUpdate(ExchangeFile exchange, ExchangeResult result)
    {
        if (result == ExchangeResult.Removed)
        {
            _log.Warning("PRNG exchange file was removed -- exiting to reopen");
            _exchangeFileRemoved();
            return;
        }

        if (result == ExchangeResult.Locked)
        {
            exchange.ReportLocked();
        }

        TimeSpan delay = result == ExchangeResult.Locked ? LockRetryInterval : Jitter(_settings.UpdatePeriodSeconds);
        _nextUpdate = _timers.Schedule(delay, () => PlanUpdate(exchange, Update(exchange)));
    }

    /// <summary>
    /// A random part of a period, from none of it to all of it; all of it when there are no random bytes.
    /// </summary>
    private TimeSpan Jitter(int periodSeconds)
    {
        Span<byte> part = stackalloc byte[1];
        double share = _pool.TryFill(part) ? part[0] / (double)byte.MaxValue : 1;
        return TimeSpan.FromSeconds(periodSeconds * share);
    }
}
