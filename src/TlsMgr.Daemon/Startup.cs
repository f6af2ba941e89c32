// The start, in the order of every Postfix daemon: log, options, main.cf, files that only root may open, files of
// mail_owner, jail, sandbox, serving. The order is part of the behaviour: it decides which fault is reported first, and
// with which privileges each file is opened.

using System;
using System.Threading;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Process;
using TlsMgr.Postfix.Server;

namespace TlsMgr.Daemon;

/// <summary>One start of the daemon.</summary>
internal sealed class Startup(DaemonLog daemonLog, TimeProvider clock)
{
    private const string DefaultConfigDirectory = "/etc/postfix";
    private const uint OwnerOnly = 0x3f; // umask 077
    private const int StandardInput = 0;
    private const string OpenSsl = "libssl.so.3";
    private const string OlderOpenSsl = "libssl.so.1.1"; // Debian 11
    private const int DebuggerHeadStartSeconds = 5;

    private readonly Log _log = daemonLog.Log;
    private readonly int _parent = ProcessControl.ParentProcessId;

    /// <summary>
    /// Whether master(8) started this process; determined before this process opens descriptors, which could get the
    /// numbers of master's.
    /// </summary>
    private readonly bool _hasMaster =
        FileStatus.OfDescriptor(MasterDescriptors.Status, out FileStatus status) == 0 && status.IsSocket;

    private readonly int _listenerCount = MasterDescriptors.CountListeners();

    private readonly DaemonFacts _facts = new(clock);

    private ControlSocket? _controlSocket;

    /// <summary>Runs the daemon until it exits.</summary>
    /// <exception cref="FatalException">The daemon cannot run.</exception>
    internal void Run(string[] arguments)
    {
        CollectorReserve reserve = new(MemoryBudget.Of(ControlGroup.ReadMemoryLimit()));
        reserve.AcquireOrFail();
        UserIdentity.SetFileCreationMask(OwnerOnly);
        ResourceLimit.RaiseLockedMemory(ProcessLimits.LockedMemoryBytes);
        ResourceLimit.RaiseDescriptors();
        DaemonOptions options = DaemonOptions.Parse(arguments);
        ApplyLogOptions(options);
        ProcessDescription process = DescribeProcess();
        ParameterStore store = ParameterStore.Read(process, _log);
        if (options.Fault is { } fault)
        {
            throw new FatalException(fault);
        }

        PostfixParameters postfix = PostfixParameters.Load(store, options, process);
        _facts.ConfigDirectory = process.ConfigDirectory;
        _facts.MailVersion = postfix.MailVersion.ToString();
        daemonLog.Configure(postfix);
        Require(UserIdentity.ChangeDirectory(postfix.QueueDirectory), $"chdir(\"{postfix.QueueDirectory}\")");
        uint generation = ReadGeneration();
        RefuseTerminal(options);
        TlsManagerParameters parameters = TlsManagerParameters.Load(store);
        store.WarnOfUnusedOwnValues();
        CheckTransport(options, store);
        RunDebugger(options, store);
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
        RequireRandomNumbers();
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
        if (_hasMaster && !options.ServesStandardInput)
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
        EnterSandbox(parameters);

        manager.Start();
        if (options.UnexpectedArgument is { } unexpected)
        {
            throw new FatalException($"unexpected command-line argument: {unexpected}");
        }

        RunLoop(options, postfix, manager, loop, generation);
    }

    /// <summary>Opens what the random generator needs and the jail hides.</summary>
    /// <exception cref="FatalException">It is missing.</exception>
    private static void RequireRandomNumbers()
    {
        int result = KernelRandom.Open();
        if (result < 0)
        {
            throw new FatalException(
                $"getrandom: {Errno.Describe(result)} -- and /dev/urandom is not the device of the kernel");
        }

        // .NET resolves the functions of HMAC through libssl, and aborts when libssl cannot be loaded.
        string? fault = SharedLibrary.Load(OpenSsl);
        if (fault is not null && SharedLibrary.Load(OlderOpenSsl) is not null)
        {
            throw new FatalException($"cannot load OpenSSL: {fault}");
        }
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

        if (!_hasMaster)
        {
            throw new FatalException("status channel: not a socket -- this program must be started by master(8)");
        }

        if (options.SocketCount > _listenerCount)
        {
            // In the words of Postfix's tlsmgr, whose descriptor of that number is a file of its own.
            throw new FatalException(
                $"event_enable_read: epoll_ctl EPOLL_CTL_ADD: {Errno.Describe(-Errno.NotPermitted)}");
        }

        ReportStart();
        manager.StartStatistics();
        string peer = $"{DaemonLog.ProgramName} socket";
        loop.Run(new ServiceLoopSettings(
            manager.CreateService(peer), manager.BackgroundStep, peer, generation, options.SocketCount,
            TimeSpan.FromSeconds(postfix.IpcTimeoutSeconds), CreateControl(manager)));
        manager.Save();

        // At a reload master(8) closes the status channel. When Postfix stops, it sends a signal, which may arrive
        // late, and exits.
        if (loop.EndsBySignal || ProcessControl.ParentProcessId != _parent)
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
        string peer = $"{DaemonLog.ProgramName} control socket";
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
        if (_hasMaster && !options.ServesStandardInput && parameters.ControlSocketName.Length > 0
            && descriptors.Grants("control socket", ServerLimits.ControlDescriptors))
        {
            descriptors.HandOut();
            _controlSocket = ControlSocket.Open(
                postfix.DataDirectory, parameters.ControlSocketName, postfix.MailOwner, _log);
        }
    }

    private void ApplyLogOptions(DaemonOptions options)
    {
        _log.Verbosity = options.Verbosity
            + (Environment.GetEnvironmentVariable("MAIL_VERBOSE") is null ? 0 : 1);
        if (options.LogsToStandardError)
        {
            daemonLog.AddStandardError();
        }
    }

    private ProcessDescription DescribeProcess() => new(
        Environment.GetEnvironmentVariable("MAIL_CONFIG") ?? DefaultConfigDirectory, ProcessControl.HostName,
        DaemonLog.ProgramName, Environment.ProcessId, $"/proc/{_parent}/exe");

    /// <summary>Reads the generation, master(8)'s restart count, in octal.</summary>
    private uint ReadGeneration()
    {
        string? text = Environment.GetEnvironmentVariable("GENERATION");
        if (text is null)
        {
            return 0;
        }

        uint generation = 0;
        foreach (char digit in text)
        {
            if (digit is < '0' or > '7')
            {
                throw new FatalException($"bad generation: {text}");
            }

            generation = unchecked((generation * 8) + (uint)(digit - '0'));
        }

        if (_log.IsVerbose)
        {
            _log.Info($"process generation: {text} ({Convert.ToString(generation, 8)})");
        }

        return generation;
    }

    private void RefuseTerminal(DaemonOptions options)
    {
        if (!options.ServesStandardInput && FileDescriptor.IsTerminal(StandardInput))
        {
            daemonLog.LogToTerminal();
            throw new FatalException("do not run this command by hand");
        }
    }

    private static void CheckTransport(DaemonOptions options, ParameterStore store)
    {
        if (options.ServesStandardInput)
        {
            return;
        }

        if (!options.HasProcessLimitOne)
        {
            throw new FatalException($"service {store.Expand("service_name")} requires a process limit of 1");
        }

        if (options.Transport is null)
        {
            throw new FatalException("no transport type specified");
        }

        if (options.Transport is not ("unix" or "inet" or "pass"))
        {
            throw new FatalException($"unsupported transport type: {options.Transport}");
        }
    }

    /// <summary>-D and MAIL_DEBUG: runs debugger_command in the background and waits for it to attach.</summary>
    private static void RunDebugger(DaemonOptions options, ParameterStore store)
    {
        if (!options.RunsDebugger && Environment.GetEnvironmentVariable("MAIL_DEBUG") is null)
        {
            return;
        }

        string command = store.Expand("debugger_command");
        if (command.Length == 0)
        {
            throw new FatalException("no debugger_command variable set up");
        }

        ProcessControl.RunShell($"PATH=/bin:/usr/bin:/usr/local/bin; export PATH; {command} &");
        Thread.Sleep(TimeSpan.FromSeconds(DebuggerHeadStartSeconds));
    }

    /// <summary>The last step before serving: disables dumps and restricts system calls.</summary>
    private void EnterSandbox(TlsManagerParameters parameters)
    {
        ProcessControl.ForbidDumps();
        using LockedMemory probe = new(1);
        if (probe.LockError != 0)
        {
            _facts.MemoryLockFault = Errno.Describe(probe.LockError);
            if (_log.IsVerbose)
            {
                _log.Info($"memory for secrets cannot be locked: {_facts.MemoryLockFault}");
            }
        }

        if (!parameters.EntersSandbox)
        {
            _facts.SandboxFault = "tlsmgr_sandbox is no";
        }
        else if (Sandbox.IsAllowed)
        {
            _facts.SandboxFault = Sandbox.Enter(_log);
        }
        else
        {
            _facts.SandboxFault = "an outer seccomp filter kills the process for seccomp(2)";
            _log.Warning($"sandbox: {_facts.SandboxFault} -- continuing without sandbox");
        }
    }

    private static void Require(int result, string action)
    {
        if (result < 0)
        {
            throw new FatalException($"{action}: {Errno.Describe(result)}");
        }
    }

    /// <summary>Exits with status 0 after a second, as Postfix's tlsmgr; clients are served until then.</summary>
    private static void ScheduleEnd(ServiceLoop loop) =>
        loop.Timers.Schedule(TimeSpan.FromSeconds(LogLimits.FatalDelaySeconds), loop.End);
}
