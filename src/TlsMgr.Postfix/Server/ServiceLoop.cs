// Runs a service in one process for all clients, on the descriptors from master(8), until the process ends. One turn:
// handlers of descriptors and timers; requests of clients; requests of administrators; a bounded step of the service's
// background work; the check of the collector's reserve.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Process;

namespace TlsMgr.Postfix.Server;

/// <summary>The main loop of a daemon under master(8).</summary>
public sealed class ServiceLoop : IDisposable
{
    private readonly EventLoop _loop;
    private readonly TimeProvider _clock;
    private readonly Log _log;
    private readonly CollectorReserve _reserve;
    private readonly TerminationSignals _signals;
    private Watchdog? _watchdog;
    private bool _isEnding;

    /// <summary>Blocks the signals. To be created before the process starts threads of its own.</summary>
    /// <exception cref="FatalException">
    /// A descriptor cannot be created, or the signals cannot be blocked.
    /// </exception>
    public ServiceLoop(TimeProvider clock, Log log, CollectorReserve reserve)
    {
        _clock = clock;
        _log = log;
        _reserve = reserve;
        _loop = new EventLoop(clock);
        _signals = new TerminationSignals(_loop, End);
    }

    /// <summary>The event loop.</summary>
    public EventLoop Events => _loop;

    /// <summary>The timers of the loop.</summary>
    public TimerQueue Timers => _loop.Timers;

    /// <summary>The counters of the clients' connections.</summary>
    public ConnectionCounters Counters { get; } = new();

    /// <summary>Whether a signal arrived that ends the process.</summary>
    public bool EndsBySignal => _signals.HaveArrived();

    /// <summary>Ends the loop after the present turn.</summary>
    public void End() => _isEnding = true;

    /// <summary>Starts the watchdog. To be called shortly before <see cref="Run"/>.</summary>
    /// <param name="timeout">daemon_timeout: the time limit of one turn of the loop.</param>
    public void StartWatchdog(TimeSpan timeout)
    {
        _watchdog = new Watchdog(_loop, timeout, WatchdogExpired);
        _watchdog.Start(_log);
    }

    /// <summary>
    /// Serves until master closes its end, a signal arrives, or <see cref="End"/> is called; then disconnects the
    /// clients.
    /// </summary>
    /// <exception cref="FatalException">The descriptors are not those from master.</exception>
    public void Run(ServiceLoopSettings settings)
    {
        FileDescriptor.SetCloseOnExec(MasterDescriptors.FlowRead);
        FileDescriptor.SetCloseOnExec(MasterDescriptors.FlowWrite);
        FileDescriptor.SetCloseOnExec(MasterDescriptors.Status);
        MasterStatusChannel status = new(_loop, settings.Generation, _clock, _log, End);
        using ClientConnections connections = new(
            _loop, settings.Service, _clock, _log, new ConnectionSettings(settings.Peer, settings.ClientTimeout),
            Counters, _reserve);
        for (int i = 0; i < settings.ListenerCount; i++)
        {
            FileDescriptor.SetCloseOnExec(MasterDescriptors.FirstListener + i);
            _ = new ClientListener(MasterDescriptors.FirstListener + i, _loop, connections, _clock, _log);
        }

        using ClientConnections? administrators = settings.Control?.Start(_loop, _clock, _log, _reserve);
        bool hasMore = settings.Background();
        while (!_isEnding)
        {
            _loop.Turn(mayWait: !hasMore && !connections.HasWork && administrators is not { HasWork: true });
            if (connections.RunTurn())
            {
                status.ReportWork();
            }

            // Administrators are served after the clients, a small step in each turn.
            administrators?.RunTurn();
            hasMore = settings.Background();
            _reserve.Check();
        }

        // Whoever waits for a reply that is held gets it.
        settings.Ending();
        connections.RunTurn();
    }

    /// <summary>Serves one client on standard input and output until its input ends or a signal arrives.</summary>
    public void RunStandardStreams(IRequestService service) => StandardStreams.Serve(service, _signals);

    /// <summary>Ends the process by the signal that arrived.</summary>
    public void DieBySignal() => _signals.DieBySignal();

    /// <inheritdoc/>
    public void Dispose()
    {
        _watchdog?.Dispose();
        _signals.Dispose();
        _loop.Dispose();
    }

    /// <summary>Called on the watchdog's thread: the loop's thread is stuck and cannot end the process.</summary>
    private void WatchdogExpired()
    {
        _log.Write(LogSeverity.Fatal, "watchdog timeout");
        ProcessControl.ExitImmediately(1);
    }
}
