// From the command line to serving, in the order of every Postfix daemon: log, options, main.cf, what only root may
// open, what mail_owner owns, the jail, the sandbox, and then work. The order decides which fault is told first, and
// with which rights each file is opened; it must never be changed for looks.

using System;
using System.Globalization;
using System.Threading;
using TlsMgr.Native.Libc;
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
    private const int DebuggerHeadStartSeconds = 5;

    private readonly Log _log = daemonLog.Log;
    private readonly int _parent = ProcessControl.ParentProcessId;

    /// <summary>Whether master started us; looked at before anything of ours could take these descriptors.</summary>
    private readonly bool _hasMaster =
        FileStatus.OfDescriptor(MasterDescriptors.Status, out FileStatus status) == 0 && status.IsSocket;

    private ControlSocket? _controlSocket;

    /// <summary>Runs the daemon to its end.</summary>
    /// <exception cref="FatalException">It cannot run.</exception>
    internal void Run(string[] arguments)
    {
        CollectorReserve reserve = new();
        reserve.AcquireOrFail();
        UserIdentity.SetFileCreationMask(OwnerOnly);
        ResourceLimit.RaiseLockedMemory(ProcessLimits.LockedMemoryBytes);
        ResourceLimit.RaiseDescriptors();
        DaemonOptions options = DaemonOptions.Parse(arguments);
        TakeLogOptions(options);
        ProcessDescription process = Describe();
        ParameterStore store = ParameterStore.Read(process, _log);
        if (options.Fault is { } fault)
        {
            throw new FatalException(fault);
        }

        PostfixParameters postfix = PostfixParameters.Load(store, options, process);
        daemonLog.Configure(postfix);
        Require(UserIdentity.ChangeDirectory(postfix.QueueDirectory), $"chdir(\"{postfix.QueueDirectory}\")");
        uint generation = ReadGeneration();
        RefuseTerminal(options);
        TlsManagerParameters parameters = TlsManagerParameters.Load(store);
        CheckTransport(options, store);
        RunDebugger(options, store);
        ProcessControl.ForbidNewPrivileges();

        using ServiceLoop loop = new(clock, _log, reserve);
        Serve(options, postfix, parameters, loop, generation);
        if (loop.EndsBySignal)
        {
            // Only now: the keys, the pool and the connections have been erased.
            loop.DieBySignal();
        }
    }

    /// <summary>From the first file that is opened to the last secret that is erased.</summary>
    private void Serve(
        DaemonOptions options, PostfixParameters postfix, TlsManagerParameters parameters, ServiceLoop loop,
        uint generation)
    {
        string? jailDirectory = options.ChangesRoot ? postfix.QueueDirectory : null;
        using TlsManager manager = new(
            postfix, parameters, jailDirectory, loop.Timers, loop.Counters, clock, _log, () => EndSoon(loop));
        if (_log.IsVerbose)
        {
            _log.Info(postfix.MailVersionOrigin);
        }

        manager.OpenPrivileged();
        Jail.ActAs(postfix.MailOwner, _log);
        manager.OpenFiles();
        OpenControlSocket(options, postfix, parameters);
        Jail.ActAsRoot(_log);
        LoadLateParts();
        Jail.Enter(jailDirectory, options.DropsPrivileges ? postfix.MailOwner : null);
        if (options.ChangesRoot)
        {
            daemonLog.EnterJail();
        }

        if (!options.ServesStandardInput)
        {
            loop.StartWatchdog(TimeSpan.FromSeconds(postfix.DaemonTimeoutSeconds));
        }

        EnterSandbox(parameters);

        manager.Start();
        if (options.UnexpectedArgument is { } unexpected)
        {
            throw new FatalException($"unexpected command-line argument: {unexpected}");
        }

        Work(options, postfix, manager, loop, generation);
    }

    private void Work(
        DaemonOptions options, PostfixParameters postfix, TlsManager manager, ServiceLoop loop, uint generation)
    {
        if (options.ServesStandardInput)
        {
            loop.RunStandardStreams(manager.CreateService("unknown_stream"));
            manager.Save();
            return;
        }

        if (!_hasMaster)
        {
            throw new FatalException("status channel: not a socket -- this program must be started by master(8)");
        }

        manager.StartStatistics();
        string peer = $"{DaemonLog.ProgramName} socket";
        loop.Run(new ServiceLoopSettings(
            manager.CreateService(peer), manager.SweepStep, peer, generation, options.SocketCount,
            TimeSpan.FromSeconds(postfix.IpcTimeoutSeconds), CreateControl(manager)));
        manager.Save();

        // At a reload master(8) hangs up. When Postfix stops, it sends a signal, which may come late, and goes.
        if (loop.EndsBySignal || ProcessControl.ParentProcessId != _parent)
        {
            manager.SyncToDisk();
        }
    }

    private ControlService? CreateControl(TlsManager manager)
    {
        string peer = $"{DaemonLog.ProgramName} control socket";
        return _controlSocket is null ? null : new ControlService(_controlSocket, manager.CreateControl(peer), peer);
    }

    /// <summary>Only where master started us: whoever plays with the program must not take the name over.</summary>
    private void OpenControlSocket(DaemonOptions options, PostfixParameters postfix, TlsManagerParameters parameters)
    {
        if (_hasMaster && !options.ServesStandardInput)
        {
            _controlSocket = ControlSocket.Open(
                postfix.DataDirectory, parameters.ControlSocketName, postfix.MailOwner, _log);
        }
    }

    private void TakeLogOptions(DaemonOptions options)
    {
        _log.Verbosity = options.Verbosity
            + (Environment.GetEnvironmentVariable("MAIL_VERBOSE") is null ? 0 : 1);
        if (options.LogsToStandardError)
        {
            daemonLog.AddStandardError();
        }
    }

    private ProcessDescription Describe() => new(
        Environment.GetEnvironmentVariable("MAIL_CONFIG") ?? DefaultConfigDirectory, ProcessControl.HostName,
        DaemonLog.ProgramName, Environment.ProcessId, $"/proc/{_parent}/exe");

    /// <summary>master tells the number of its restarts in octal.</summary>
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
            _log.Info(string.Create(CultureInfo.InvariantCulture, $"process generation: {text} ({generation})"));
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

    /// <summary>-D and MAIL_DEBUG: runs debugger_command beside us, and gives it time to attach.</summary>
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

    /// <summary>The last step before serving: what the process still could, but never does.</summary>
    private void EnterSandbox(TlsManagerParameters parameters)
    {
        ProcessControl.ForbidDumps();
        using LockedMemory probe = new(1);
        if (_log.IsVerbose && probe.LockError != 0)
        {
            _log.Info($"memory for secrets cannot be locked: {Errno.Describe(probe.LockError)}");
        }

        if (parameters.EntersSandbox)
        {
            Sandbox.Enter(_log);
        }
    }

    /// <summary>What .NET would look for in the file system when it is first used: the jail has none of it.</summary>
    private void LoadLateParts() => clock.GetLocalNow();

    private static void Require(int answer, string what)
    {
        if (answer < 0)
        {
            throw new FatalException($"{what}: {Errno.Describe(answer)}");
        }
    }

    /// <summary>As the original: a second, then status 0. Clients are served meanwhile.</summary>
    private static void EndSoon(ServiceLoop loop) =>
        loop.Timers.Schedule(TimeSpan.FromSeconds(LogLimits.FatalDelaySeconds), loop.End);
}
