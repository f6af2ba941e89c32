// Ends a daemon whose loop no longer turns. It has a thread of its own, since the loop's thread is the one it doubts;
// that thread does nothing but sleep and compare.

using System;
using System.Threading;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>
/// The watchdog of every Postfix daemon (daemon_timeout): when the loop has not turned for that long, the process ends
/// with <c>fatal: watchdog timeout</c>. The loop turns at least three times in that span, even when nothing happens.
/// </summary>
public sealed class Watchdog : IDisposable
{
    private const int LeastLooks = 3;

    /// <summary>.NET waits for 24 days at most, and daemon_timeout may be 68 years.</summary>
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    private readonly EventLoop _loop;
    private readonly Action _expired;
    private readonly TimeSpan _interval;
    private readonly int _looksPerTimeout;
    private readonly ManualResetEventSlim _stopped = new();
    private long _lastTurns = -1;
    private int _idleLooks;

    /// <summary>Prepares a watchdog.</summary>
    /// <param name="loop">The loop to watch.</param>
    /// <param name="timeout">daemon_timeout.</param>
    /// <param name="expired">Called on the watchdog's thread: log and end the process.</param>
    public Watchdog(EventLoop loop, TimeSpan timeout, Action expired)
    {
        _loop = loop;
        _expired = expired;
        _looksPerTimeout = int.Max(LeastLooks, (int)Math.Ceiling(timeout / LongestInterval));
        _interval = timeout / _looksPerTimeout;
    }

    /// <summary>The time between two looks.</summary>
    internal TimeSpan Interval => _interval;

    /// <summary>Begins to watch. A system that gives no thread costs the watchdog, not the daemon.</summary>
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

    /// <summary>Compares once; true when the loop has not turned for the whole timeout.</summary>
    internal bool LookOnce()
    {
        long turns = _loop.Turns;
        _idleLooks = turns == _lastTurns ? _idleLooks + 1 : 0;
        _lastTurns = turns;
        return _idleLooks >= _looksPerTimeout;
    }

    private void KeepTurning() => _loop.Timers.Schedule(_interval, KeepTurning);

    private void Run()
    {
        while (!_stopped.Wait(_interval))
        {
            if (LookOnce())
            {
                _expired();
                return;
            }
        }
    }
}
