using System;
using System.Threading;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>
/// The watchdog of every Postfix daemon (daemon_timeout): when the event loop has not turned for that time, the process
/// ends with <c>fatal: watchdog timeout</c>. It checks on a thread of its own, at least three times per timeout. A
/// timer makes an idle loop turn as often.
/// </summary>
public sealed class Watchdog : IDisposable
{
    private const int MinChecks = 3;

    /// <summary>.NET waits at most 24 days, and daemon_timeout may be 68 years.</summary>
    private static readonly TimeSpan MaxInterval = TimeSpan.FromDays(1);

    private readonly EventLoop _loop;
    private readonly Action _expired;
    private readonly TimeSpan _interval;
    private readonly int _checksPerTimeout;
    private readonly ManualResetEventSlim _stopped = new();
    private long _lastTurns = -1;
    private int _idleChecks;

    /// <summary>Creates a watchdog that is not started.</summary>
    /// <param name="loop">The loop to watch.</param>
    /// <param name="timeout">daemon_timeout.</param>
    /// <param name="expired">Called on the watchdog's thread to log and to end the process.</param>
    public Watchdog(EventLoop loop, TimeSpan timeout, Action expired)
    {
        _loop = loop;
        _expired = expired;
        _checksPerTimeout = int.Max(MinChecks, (int)Math.Ceiling(timeout / MaxInterval));
        _interval = timeout / _checksPerTimeout;
    }

    /// <summary>The time between two checks.</summary>
    internal TimeSpan Interval => _interval;

    /// <summary>
    /// Starts to watch. If the thread cannot be created, the daemon logs a warning and continues without a watchdog.
    /// </summary>
    public void Start(Log log)
    {
        KeepTurning();
        try
        {
            new Thread(Run, ProcessLimits.ThreadStackBytes) { IsBackground = true, Name = "watchdog" }.Start();
        }
        catch (OutOfMemoryException)
        {
            log.Warning("watchdog: cannot create thread -- continuing without watchdog");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stopped.Set();

    /// <summary>Checks the loop once; true when it has not turned for the complete timeout.</summary>
    internal bool IsStuck()
    {
        long turns = _loop.Turns;
        _idleChecks = turns == _lastTurns ? _idleChecks + 1 : 0;
        _lastTurns = turns;
        return _idleChecks >= _checksPerTimeout;
    }

    private void KeepTurning() => _loop.Timers.Schedule(_interval, KeepTurning);

    private void Run()
    {
        while (!_stopped.Wait(_interval))
        {
            if (IsStuck())
            {
                _expired();
                return;
            }
        }
    }
}
