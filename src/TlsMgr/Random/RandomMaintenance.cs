// Feeds the pool during the life of the process: external source and exchange file, at start, by timers, at the end.
// Serving does not depend on it: every fault is a warning, and the pool works without external input.

using System;
using System.Threading;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Random;

/// <summary>
/// Reads the external source and updates the exchange file (tlsmgr(8)). Call, in this order: <see cref="OpenSource"/>,
/// <see cref="OpenExchangeFile"/>, <see cref="Start"/>, and <see cref="Save"/> before a normal exit.
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

    /// <summary>Creates the object; opens no file and schedules no timer.</summary>
    /// <param name="settings">The parameters.</param>
    /// <param name="pool">The pool to feed.</param>
    /// <param name="timers">The event loop's timers.</param>
    /// <param name="clock">The clock of these timers.</param>
    /// <param name="log">Receives faults, and with -v every action.</param>
    /// <param name="exchangeFileRemoved">
    /// Called after the warning that the exchange file was removed while open: the daemon should exit with status 0
    /// after a second, so that a new process creates the file as mail_owner. The file is not updated any more.
    /// </param>
    /// <param name="wait">
    /// Waits for the file's lock in <see cref="Start"/>, in total at most 0.2 seconds; null: sleep.
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

    /// <summary>Opens the external source, while privileged and outside the jail; a failure is a warning.</summary>
    public void OpenSource() => _source.Open();

    /// <summary>
    /// Opens or creates the exchange file, as mail_owner and outside the jail; a failure is a warning.
    /// </summary>
    public void OpenExchangeFile()
    {
        if (_settings.ExchangePath.Length > 0)
        {
            _exchange = new ExchangeFile(_settings.Redirect(_settings.ExchangePath), _pool, _log);
            _exchange.Open();
        }
    }

    /// <summary>
    /// Reads the source and updates the exchange file for the first time, and schedules the timers. Called in the jail,
    /// after privileges are dropped and before serving. Does not wait for the source; waits up to 0.2 seconds while
    /// another process holds the file's lock.
    /// </summary>
    public void Start()
    {
        _jail.IsEntered = true;
        Reseed();
        if (_exchange is not null)
        {
            ExchangeResult result = Update(_exchange);
            for (int i = 1; result == ExchangeResult.Locked && i < RandomLimits.LockAttemptsAtStart; i++)
            {
                _wait(LockWaitAtStart);
                result = _exchange.Update();
            }

            ScheduleUpdate(_exchange, result);
        }
    }

    /// <summary>Writes fresh output to the exchange file for the next process; called before a normal exit.</summary>
    public void Save()
    {
        if (_exchange?.Update() == ExchangeResult.Locked)
        {
            _exchange.ReportLocked();
        }
    }

    /// <summary>Cancels the timers and closes the source and the file; the pool belongs to the caller.</summary>
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

    private void ScheduleUpdate(ExchangeFile exchange, ExchangeResult result)
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
        _nextUpdate = _timers.Schedule(delay, () => ScheduleUpdate(exchange, Update(exchange)));
    }

    /// <summary>
    /// A random fraction of a period, between 0 and the full period; the full period when the pool fails.
    /// </summary>
    private TimeSpan Jitter(int periodSeconds)
    {
        Span<byte> random = stackalloc byte[1];
        double fraction = _pool.TryFill(random) ? random[0] / (double)byte.MaxValue : 1;
        return TimeSpan.FromSeconds(periodSeconds * fraction);
    }
}
