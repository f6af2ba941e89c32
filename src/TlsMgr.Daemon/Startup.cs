// The start, in the order of every Postfix daemon: log, options, main.cf, files that only root may open, files of
// mail_owner, jail, sandbox, serving. The order is part of the behaviour: it decides which fault is reported first, and
// with which privileges each file is opened.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Process;
using TlsMgr.Postfix.Server;
using TlsMgr.Postfix.Start;

namespace TlsMgr.Daemon;

/// <summary>One start of the daemon.</summary>
internal sealed class Startup(DaemonLog daemonLog, TimeProvider clock)
{
    private readonly Log _log = daemonLog.Log;
    private readonly DaemonStart _start = new(daemonLog);
    private readonly DaemonFacts _facts = new(clock);

    private ControlSocket? _controlSocket;

    /// <summary>Runs the daemon until it exits.</summary>
    /// <exception cref="FatalException">The daemon cannot run.</exception>
    internal void Run(string[] arguments)
    {
        CollectorReserve reserve = new(MemoryBudget.Of(ControlGroup.ReadMemoryLimit()));
        reserve.AcquireOrFail();
        DaemonStart.PrepareProcess();
        DaemonOptions options = DaemonOptions.Parse(arguments);
        _start.ApplyLogOptions(options);
        ProcessDescription process = _start.DescribeProcess();
        ParameterStore store = ParameterStore.Read(process, _log);
        if (options.Fault is { } fault)
        {
            throw new FatalException(fault);
        }

        PostfixParameters postfix = PostfixParameters.Load(store, options, process);
        _facts.ConfigDirectory = process.ConfigDirectory;
        _facts.MailVersion = postfix.MailVersion.ToString();
        _start.EnterQueueDirectory(postfix);
        uint generation = _start.ReadGeneration();
        _start.RefuseTerminal(options);
        TlsManagerParameters parameters = TlsManagerParameters.Load(store);
        store.WarnOfUnusedOwnValues();
        DaemonStart.CheckTransport(options, store);
        DaemonStart.RunDebugger(options, store);
        ProcessControl.ForbidNewPrivileges();

        using ServiceLoop loop = new(clock, _log, reserve);
        Serve(options, store, postfix, parameters, loop, generation);
        if (loop.EndsBySignal)
        {
            // The signal is raised here because the keys, the pool and the connections are erased by now.
            daemonLog.SendHeldRecords();
            loop.DieBySignal();
        }
    }

    /// <summary>Opens the files, enters the jail and the sandbox, serves, and erases all secrets.</summary>
    private void Serve(
        DaemonOptions options, ParameterStore store, PostfixParameters postfix, TlsManagerParameters parameters,
        ServiceLoop loop, uint generation)
    {
        using DescriptorBudget descriptors = new();
        DaemonStart.RequireRandomNumbers();
        string? jailDirectory = options.ChangesRoot ? postfix.QueueDirectory : null;
        using TlsManager manager = new(
            postfix, parameters, jailDirectory, loop.Timers, loop.Counters, clock, _log, () => ScheduleEnd(loop));
        if (_log.IsVerbose)
        {
            _log.Info(postfix.MailVersionOrigin);
        }

        daemonLog.SendHeldRecordsBy(loop.Timers.Schedule);
        manager.OpenPrivileged(store);
        Jail.ActAs(postfix.MailOwner, _log);
        manager.OpenFiles(descriptors);
        if (_start.HasMaster && !options.ServesStandardInput)
        {
            manager.OpenKeptKeys();
            manager.OpenPool();
        }

        OpenControlSocket(options, postfix, parameters, descriptors);
        descriptors.Report(_log);
        Jail.ActAsRoot(_log);
        LocalTime.LoadZone();
        Jail.Enter(jailDirectory, options.DropsPrivileges ? postfix.MailOwner : null);
        manager.RestoreTicketKeys();
        _facts.Root = jailDirectory ?? "";
        _facts.User = options.DropsPrivileges ? postfix.MailOwner.Name : "root";
        if (options.ChangesRoot)
        {
            daemonLog.EnterJail();
        }

        if (!options.ServesStandardInput)
        {
            loop.StartWatchdog(TimeSpan.FromSeconds(postfix.DaemonTimeoutSeconds));
        }

        descriptors.Dispose();
        _facts.SandboxFault = _start.EnterSandbox(parameters.EntersSandbox, SandboxRules.OfTlsManager());
        _facts.MemoryLockFault = _start.MemoryLockFault;

        manager.Start();
        if (options.UnexpectedArgument is { } unexpected)
        {
            throw new FatalException($"unexpected command-line argument: {unexpected}");
        }

        RunLoop(options, postfix, manager, loop, generation);
    }

    private void RunLoop(
        DaemonOptions options, PostfixParameters postfix, TlsManager manager, ServiceLoop loop, uint generation)
    {
        if (options.ServesStandardInput)
        {
            manager.ExamineCaches();
            loop.RunStandardStreams(manager.CreateService("unknown_stream"));
            manager.Save();
            return;
        }

        _start.RequireMaster(options);
        ReportStart();
        manager.StartStatistics();
        manager.StartSharing(loop.Events);
        string peer = $"{daemonLog.ProgramName} socket";
        loop.Run(new ServiceLoopSettings(
            manager.CreateService(peer), manager.AfterTurn, peer, generation, options.SocketCount,
            TimeSpan.FromSeconds(postfix.IpcTimeoutSeconds), CreateControl(manager))
        {
            Ending = manager.EndSharing,
        });
        manager.Save();

        // At a reload master(8) closes the status channel. When Postfix stops, it sends a signal, which may arrive
        // late, and exits.
        if (loop.EndsBySignal || _start.HasLostParent)
        {
            manager.SyncToDisk();
        }
    }

    /// <summary>In the words of master(8): which version serves from here on.</summary>
    private void ReportStart()
    {
        _log.Info($"daemon started -- version {DaemonFacts.Version}, LMDB {LmdbLibrary.Version}");
    }

    private ControlService? CreateControl(TlsManager manager)
    {
        string peer = $"{daemonLog.ProgramName} control socket";
        return _controlSocket is null
            ? null
            : new ControlService(_controlSocket, manager.CreateControl(_facts.List(), peer), peer);
    }

    /// <summary>
    /// Opens the control socket of a process started by master(8): one started by hand must not replace the socket of
    /// the running daemon.
    /// </summary>
    private void OpenControlSocket(
        DaemonOptions options, PostfixParameters postfix, TlsManagerParameters parameters, DescriptorBudget descriptors)
    {
        if (_start.HasMaster && !options.ServesStandardInput && parameters.ControlSocketName.Length > 0
            && descriptors.Grants("control socket", ServerLimits.ControlDescriptors))
        {
            descriptors.HandOut();
            _controlSocket = ControlSocket.Open(
                postfix.DataDirectory, parameters.ControlSocketName, postfix.MailOwner, _log);
        }
    }

    /// <summary>Exits with status 0 after a second, as Postfix's tlsmgr; clients are served until then.</summary>
    private static void ScheduleEnd(ServiceLoop loop) =>
        loop.Timers.Schedule(TimeSpan.FromSeconds(LogLimits.FatalDelaySeconds), loop.End);
}
