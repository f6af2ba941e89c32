// Runs a service that is one process for many clients, from master(8)'s descriptors to the end of the process. One
// turn: descriptors and timers, then the requests that arrived, then a bounded piece of the service's own work.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Process;

namespace TlsMgr.Postfix.Server;

/// <summary>What a service loop has to know of the service and of its parameters.</summary>
/// <param name="Service">Answers requests.</param>
/// <param name="Background">
/// Does a bounded piece of the service's own work; answers whether there is more, so that the loop does not wait.
/// </param>
/// <param name="Peer">What a client is called in the log: <c>tlsmgr socket</c>.</param>
/// <param name="Generation">What master put into the environment as GENERATION.</param>
/// <param name="ListenerCount">How many listen sockets master gave.</param>
/// <param name="ClientTimeout">ipc_timeout: how long a client may take for the rest of a request.</param>
/// <param name="Control">The second service, for the administrator; null for none.</param>
public sealed record ServiceLoopSettings(
    IRequestService Service, Func<bool> Background, string Peer, uint Generation, int ListenerCount,
    TimeSpan ClientTimeout, ControlService? Control);

/// <summary>The main loop of a daemon under master(8).</summary>
public sealed class ServiceLoop : IDisposable
{
    private readonly EventLoop _loop;
    private readonly TimeProvider _clock;
    private readonly Log _log;
    private readonly CollectorReserve _reserve;
    private readonly TerminationSignals _signals;
    private Watchdog? _watchdog;
    private bool _ends;

    /// <summary>Takes the signals over. To be made before the process makes threads of its own.</summary>
    /// <exception cref="FatalException">The kernel gives no descriptors.</exception>
    public ServiceLoop(TimeProvider clock, Log log, CollectorReserve reserve)
    {
        _clock = clock;
        _log = log;
        _reserve = reserve;
        _loop = new EventLoop(clock);
        _signals = new TerminationSignals(_loop, End);
    }

    /// <summary>Actions for later.</summary>
    public TimerQueue Timers => _loop.Timers;

    /// <summary>What is counted of the clients' connections.</summary>
    public ConnectionCounters Counters { get; } = new();

    /// <summary>Whether a signal has come that is to end the process.</summary>
    public bool EndsBySignal => _signals.HaveCome();

    /// <summary>Lets the loop end with its present turn.</summary>
    public void End() => _ends = true;

    /// <summary>Begins to watch that the loop turns. To be called shortly before <see cref="Run"/>.</summary>
    /// <param name="timeout">daemon_timeout: how long one turn of the loop may take.</param>
    public void StartWatchdog(TimeSpan timeout)
    {
        _watchdog = new Watchdog(_loop, timeout, WatchdogExpired);
        _watchdog.Start(_log);
    }

    /// <summary>
    /// Serves until master hangs up, a signal comes, or <see cref="End"/> is called. Cuts the clients then.
    /// </summary>
    /// <exception cref="FatalException">The descriptors are not those that master gives.</exception>
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
        while (!_ends)
        {
            _loop.Turn(mayWait: !hasMore && !connections.HasWork && administrators is not { HasWork: true });
            if (connections.RunTurn())
            {
                status.ReportWork();
            }

            // What the administrator asks for comes when clients have been served, and a little of it in each turn.
            administrators?.RunTurn();
            hasMore = settings.Background();
            _reserve.Check();
        }
    }

    /// <summary>Serves one client on standard input and output until its input ends or a signal comes.</summary>
    public void RunStandardStreams(IRequestService service) => StandardStreams.Serve(service, _signals);

    /// <summary>Ends the process by the signal that came.</summary>
    public void DieBySignal() => _signals.DieBySignal();

    /// <inheritdoc/>
    public void Dispose()
    {
        _watchdog?.Dispose();
        _signals.Dispose();
        _loop.Dispose();
    }

    /// <summary>Runs on the watchdog's thread; the loop's thread is stuck and cannot end the process.</summary>
    private void WatchdogExpired()
    {
        _log.Write(LogSeverity.Fatal, "watchdog timeout");
        ProcessControl.ExitImmediately(1);
    }
}
