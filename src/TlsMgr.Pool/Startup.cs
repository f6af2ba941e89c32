// The start, in the order of every Postfix daemon: log, options, main.cf, files that only root may open, names, jail,
// sandbox, serving. Names do not resolve in the jail.

using System;
using System.Threading;
using System.Threading.Tasks;
using TlsMgr.Native.Libc;
using TlsMgr.Pool.Connections;
using TlsMgr.Pool.Servers;
using TlsMgr.Pool.Serving;
using TlsMgr.Pool.Settings;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Process;
using TlsMgr.Postfix.Start;

namespace TlsMgr.Pool;

/// <summary>One start of the daemon.</summary>
internal sealed class Startup(DaemonLog daemonLog, TimeProvider clock)
{
    private const string MemoryExhausted = "memory is exhausted: the server sends too much";

    private static readonly ParameterDefinition SandboxParameter = new("tlsmgr_sandbox", "yes") { IsOwn = true };

    private readonly Log _log = daemonLog.Log;
    private readonly DaemonStart _start = new(daemonLog);
    private bool _isEnding;

    /// <summary>Runs the daemon until it exits.</summary>
    /// <exception cref="FatalException">The daemon cannot run.</exception>
    internal void Run(string[] arguments)
    {
        DaemonStart.PrepareProcess();
        BoundThreads();
        DaemonOptions options = DaemonOptions.Parse(arguments);
        _start.ApplyLogOptions(options);
        ProcessDescription process = _start.DescribeProcess();
        ParameterStore store = ParameterStore.Read(process, _log);
        if (options.Fault is { } fault)
        {
            throw new FatalException(fault);
        }

        PostfixParameters postfix = PostfixParameters.Load(store, options, process);
        _start.EnterQueueDirectory(postfix);
        uint generation = _start.ReadGeneration();
        _start.RefuseTerminal(options);
        PoolServerParameters parameters = PoolServerParameters.Load(store);
        bool entersSandbox = store.Boolean(SandboxParameter);
        if (options.ServesStandardInput)
        {
            throw new FatalException("this program does not serve standard input");
        }

        DaemonStart.CheckTransport(options, store);
        DaemonStart.RunDebugger(options, store);
        ProcessControl.ForbidNewPrivileges();
        using EventLoop loop = new(clock);
        using TerminationSignals signals = new(loop, () => _isEnding = true);
        Serve(options, postfix, parameters, entersSandbox, loop, generation);
        if (signals.HaveArrived())
        {
            daemonLog.SendHeldRecords();
            signals.DieBySignal();
        }
    }

    /// <summary>Evaluates the parameters, enters the jail and the sandbox, and serves.</summary>
    private void Serve(
        DaemonOptions options, PostfixParameters postfix, PoolServerParameters parameters, bool entersSandbox,
        EventLoop loop, uint generation)
    {
        DaemonStart.RequireRandomNumbers();
        daemonLog.SendHeldRecordsBy(loop.Timers.Schedule);
        string? jailDirectory = options.ChangesRoot ? postfix.QueueDirectory : null;
        ServerSettings settings = ServerSettings.Evaluate(parameters, jailDirectory, _log);
        LocalTime.LoadZone();
        Jail.Enter(jailDirectory, options.DropsPrivileges ? postfix.MailOwner : null);
        if (options.ChangesRoot)
        {
            daemonLog.EnterJail();
        }

        using PoolService service = new(loop, _log, settings.Prefix);
        using Watchdog watchdog = new(loop, TimeSpan.FromSeconds(postfix.DaemonTimeoutSeconds), WatchdogExpired);
        watchdog.Start(_log);
        _start.EnterSandbox(entersSandbox, PoolSystemCalls.Rules);
        if (options.UnexpectedArgument is { } unexpected)
        {
            throw new FatalException($"unexpected command-line argument: {unexpected}");
        }

        _start.RequireMaster(options);
        _log.Info($"daemon started -- version {typeof(Startup).Assembly.GetName().Version!.ToString(3)}");
        Task watching = StartWatch(service, settings, loop);
        RunLoop(loop, service, options.SocketCount, generation);
        service.Dispose();
        watching.Wait(TimeSpan.FromMilliseconds(StoreLimits.ReplyMilliseconds));
    }

    /// <summary>
    /// A fixed number of threads on any machine. With TLS, the library's replies are read by the thread that waits for
    /// them, instead of being handed to another one. .NET has variables of the environment for that alone, which it
    /// reads before the first connection.
    /// </summary>
    private static void BoundThreads()
    {
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", $"{StoreLimits.SocketThreads}");
        if (!ThreadPool.SetMinThreads(StoreLimits.PoolThreads / 2, 1)
            || !ThreadPool.SetMaxThreads(StoreLimits.PoolThreads, StoreLimits.PoolThreads))
        {
            throw new FatalException("the number of threads cannot be limited");
        }
    }

    /// <summary>Starts the watch; where the parameters have a fault, says so, and serves without a server.</summary>
    private Task StartWatch(PoolService service, ServerSettings settings, EventLoop loop)
    {
        if (settings.Fault is { } fault)
        {
            service.Update(new ServerView { Fault = new ServerFault(FaultKind.Unreachable, fault) });
            if (settings.IsTemporary)
            {
                loop.Timers.Schedule(
                    TimeSpan.FromSeconds(SettingsLimits.UnresolvedLifeSeconds), () => _isEnding = true);
            }

            return Task.CompletedTask;
        }

        ServerWatch watch = new(
            settings, new ServerTunnel(service.Queue), clock, view => service.Queue.Post(() => service.Update(view)));
        service.Watch = watch;
        Task watching = Task.Run(watch.RunAsync);

        // A defect of the watch ends the process like any other: its last view would never be renewed.
        watching.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(
            () => service.Queue.Post(() => watching.GetAwaiter().GetResult()));
        return watching;
    }

    private void RunLoop(EventLoop loop, PoolService service, int listeners, uint generation)
    {
        FileDescriptor.SetCloseOnExec(MasterDescriptors.FlowRead);
        FileDescriptor.SetCloseOnExec(MasterDescriptors.FlowWrite);
        FileDescriptor.SetCloseOnExec(MasterDescriptors.Status);
        MasterStatusChannel status = new(loop, generation, clock, _log, () => _isEnding = true);
        service.Clients.OnWork = status.ReportWork;
        for (int i = 0; i < listeners; i++)
        {
            FileDescriptor.SetCloseOnExec(MasterDescriptors.FirstListener + i);
            _ = new PoolListener(MasterDescriptors.FirstListener + i, loop, service.Clients);
        }

        AppDomain.CurrentDomain.UnhandledException += ThreadFailed;
        try
        {
            while (!_isEnding)
            {
                loop.Turn(mayWait: true);
                service.FinishTurn();
            }
        }
        catch (OutOfMemoryException)
        {
            throw new FatalException(MemoryExhausted);
        }
    }

    /// <summary>
    /// Called on a thread of the library or of the watch that ends by an exception: where memory is exhausted, that is
    /// no defect.
    /// </summary>
    private void ThreadFailed(object sender, UnhandledExceptionEventArgs failure)
    {
        if (failure.ExceptionObject is OutOfMemoryException)
        {
            _log.Write(LogSeverity.Fatal, MemoryExhausted);
            ProcessControl.ExitImmediately(1);
        }
    }

    /// <summary>Called on the watchdog's thread: the loop's thread is stuck and cannot end the process.</summary>
    private void WatchdogExpired()
    {
        _log.Write(LogSeverity.Fatal, "watchdog timeout");
        ProcessControl.ExitImmediately(1);
    }
}
