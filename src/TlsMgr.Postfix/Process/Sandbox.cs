// Locks the door behind a daemon that has everything it needs: no_new_privs and a filter of system calls, for all its
// threads. A kernel that has neither costs the sandbox, with a warning, and not the service.

using System;
using System.Globalization;
using System.Threading;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Sandbox;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>The sandbox of this process, and the thread that tells of the first attempt to leave it.</summary>
public sealed class Sandbox
{
    private readonly Log _log;

    /// <summary>Held until the filter is there, or not: the thread is older than it.</summary>
    private readonly Lock _entering = new();

    private SystemCallFilter? _filter;

    private Sandbox(Log log) => _log = log;

    /// <summary>
    /// Enters the sandbox, for good. To be called when everything that needs more rights is done, and when the threads
    /// of the daemon run.
    /// </summary>
    /// <param name="log">Takes the warnings.</param>
    public static void Enter(Log log)
    {
        Sandbox sandbox = new(log);
        lock (sandbox._entering)
        {
            sandbox.Enter();
        }
    }

    private void Enter()
    {
        bool isHeard = TryStartThread();
        int answer = SystemCallFilter.InstallQuietly(SandboxRules.AssembleQuiet());
        if (answer >= 0)
        {
            answer = SystemCallFilter.Install(SandboxRules.Assemble(Environment.ProcessId), out _filter);
        }

        if (_filter is null)
        {
            _log.Warning($"sandbox: cannot be set up: {Errno.Describe(answer)} -- continuing without sandbox");
        }
        else if (!isHeard)
        {
            // A call that is held would wait for ever; without a listener the kernel refuses it at once.
            _filter.Dispose();
            _log.Warning("sandbox: cannot create thread -- violations are told by the kernel's log alone");
        }
    }

    private bool TryStartThread()
    {
        try
        {
            new Thread(LogViolation, ProcessLimits.ThreadStackBytes) { IsBackground = true, Name = "sandbox" }.Start();
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private void LogViolation()
    {
        SystemCallFilter? filter;
        lock (_entering)
        {
            filter = _filter;
        }

        if (filter is null || filter.WaitForViolation(out SystemCall call, out int threadId) < 0)
        {
            return;
        }

        string name = call.ToString().ToLowerInvariant();
        _log.Warning(string.Create(CultureInfo.InvariantCulture,
            $"sandbox: system call {(int)call} ({name}) of thread {threadId} is forbidden and was refused"));
        filter.Dispose();
    }
}
