// The steps of a start that every daemon of ours takes, in Postfix's words. The daemon decides their order, which is
// part of its behaviour: it decides which fault is reported first, and with which privileges each file is opened.

using System;
using System.Threading;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Process;

namespace TlsMgr.Postfix.Start;

/// <summary>The steps of one start that do not depend on the daemon.</summary>
/// <param name="daemonLog">The log of the process.</param>
public sealed class DaemonStart(DaemonLog daemonLog)
{
    private const string DefaultConfigDirectory = "/etc/postfix";
    private const uint OwnerOnly = 0x3f; // umask 077
    private const int StandardInput = 0;
    private const string OpenSsl = "libssl.so.3";
    private const string OlderOpenSsl = "libssl.so.1.1"; // Debian 11
    private const int DebuggerHeadStartSeconds = 5;

    private readonly Log _log = daemonLog.Log;
    private readonly int _parent = ProcessControl.ParentProcessId;
    private readonly int _listenerCount = MasterDescriptors.CountListeners();

    /// <summary>
    /// Whether master(8) started this process; determined before this process opens descriptors, which could get the
    /// numbers of master's.
    /// </summary>
    public bool HasMaster { get; } =
        FileStatus.OfDescriptor(MasterDescriptors.Status, out FileStatus status) == 0 && status.IsSocket;

    /// <summary>Whether master(8) has exited, as when Postfix stops.</summary>
    public bool HasLostParent => ProcessControl.ParentProcessId != _parent;

    /// <summary>Why the memory for secrets is not locked; null when it is.</summary>
    public string? MemoryLockFault { get; private set; }

    /// <summary>Sets the limits of the process and the permissions of what it creates.</summary>
    public static void PrepareProcess()
    {
        UserIdentity.SetFileCreationMask(OwnerOnly);
        ResourceLimit.RaiseLockedMemory(ProcessLimits.LockedMemoryBytes);
        ResourceLimit.RaiseDescriptors();
    }

    /// <summary>Applies <c>-v</c> and <c>-V</c>, and MAIL_VERBOSE.</summary>
    public void ApplyLogOptions(DaemonOptions options)
    {
        _log.Verbosity = options.Verbosity
            + (Environment.GetEnvironmentVariable("MAIL_VERBOSE") is null ? 0 : 1);
        if (options.LogsToStandardError)
        {
            daemonLog.AddStandardError();
        }
    }

    /// <summary>Collects the facts that parameters take their values from.</summary>
    public ProcessDescription DescribeProcess() => new(
        Environment.GetEnvironmentVariable("MAIL_CONFIG") ?? DefaultConfigDirectory, ProcessControl.HostName,
        daemonLog.ProgramName, Environment.ProcessId, $"/proc/{_parent}/exe");

    /// <summary>Opens the configured log, and changes to queue_directory.</summary>
    /// <exception cref="FatalException">The kernel refuses.</exception>
    public void EnterQueueDirectory(PostfixParameters postfix)
    {
        daemonLog.Configure(postfix);
        int result = UserIdentity.ChangeDirectory(postfix.QueueDirectory);
        if (result < 0)
        {
            throw new FatalException($"chdir(\"{postfix.QueueDirectory}\"): {Errno.Describe(result)}");
        }
    }

    /// <summary>Reads the generation, master(8)'s restart count, in octal.</summary>
    /// <exception cref="FatalException">It is not a number.</exception>
    public uint ReadGeneration()
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

    /// <summary>Refuses to run at a terminal.</summary>
    /// <exception cref="FatalException">Standard input is a terminal.</exception>
    public void RefuseTerminal(DaemonOptions options)
    {
        if (!options.ServesStandardInput && FileDescriptor.IsTerminal(StandardInput))
        {
            daemonLog.LogToTerminal();
            throw new FatalException("do not run this command by hand");
        }
    }

    /// <summary>Checks the process limit and the transport.</summary>
    /// <exception cref="FatalException">The first of them that is wrong.</exception>
    public static void CheckTransport(DaemonOptions options, ParameterStore store)
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
    /// <exception cref="FatalException">There is no command.</exception>
    public static void RunDebugger(DaemonOptions options, ParameterStore store)
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

    /// <summary>Opens what the random generator needs and the jail hides.</summary>
    /// <exception cref="FatalException">It is missing.</exception>
    public static void RequireRandomNumbers()
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

    /// <summary>Checks that master(8) passed the descriptors that it announced.</summary>
    /// <exception cref="FatalException">It did not.</exception>
    public void RequireMaster(DaemonOptions options)
    {
        if (!HasMaster)
        {
            throw new FatalException("status channel: not a socket -- this program must be started by master(8)");
        }

        if (options.SocketCount > _listenerCount)
        {
            // In the words of Postfix's tlsmgr, whose descriptor of that number is a file of its own.
            throw new FatalException(
                $"event_enable_read: epoll_ctl EPOLL_CTL_ADD: {Errno.Describe(-Errno.NotPermitted)}");
        }
    }

    /// <summary>The last step before serving: disables dumps and restricts system calls.</summary>
    /// <param name="isWanted">tlsmgr_sandbox.</param>
    /// <param name="rules">The system calls of this daemon.</param>
    /// <returns>Why there is no sandbox; null when there is one.</returns>
    public string? EnterSandbox(bool isWanted, SandboxRules rules)
    {
        ProcessControl.ForbidDumps();
        using LockedMemory probe = new(1);
        if (probe.LockError != 0)
        {
            MemoryLockFault = Errno.Describe(probe.LockError);
            if (_log.IsVerbose)
            {
                _log.Info($"memory for secrets cannot be locked: {MemoryLockFault}");
            }
        }

        if (!isWanted)
        {
            return "tlsmgr_sandbox is no";
        }

        if (Sandbox.IsAllowed)
        {
            return Sandbox.Enter(_log, rules);
        }

        const string Killed = "an outer seccomp filter kills the process for seccomp(2)";
        _log.Warning($"sandbox: {Killed} -- continuing without sandbox");
        return Killed;
    }
}
