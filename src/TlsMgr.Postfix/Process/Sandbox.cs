// no_new_privs and a filter of system calls, for all threads, once the daemon has opened everything it needs. On a
// kernel without these features the daemon logs a warning and serves without a sandbox. Landlock is set in addition,
// where the kernel applies it to all threads: it would still hold if a call got past the filter.

using System;
using System.Globalization;
using System.Threading;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Seccomp;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>The sandbox of this process, and the thread that logs the first violation.</summary>
public sealed class Sandbox
{
    private readonly Log _log;

    /// <summary>Held until the filter is installed or has failed: the thread starts before that.</summary>
    private readonly Lock _entering = new();

    private SystemCallFilter? _filter;

    private Sandbox(Log log) => _log = log;

    /// <summary>Whether the process survives the attempt to enter it. Only in the published binary.</summary>
    public static bool IsAllowed => SystemCallFilter.IsAllowed;

    /// <summary>
    /// Enters the sandbox irrevocably. To be called after the last call that it forbids, and after the threads of the
    /// daemon were started.
    /// </summary>
    /// <param name="log">Receives the warnings.</param>
    /// <param name="rules">The system calls of this daemon.</param>
    /// <returns>Why there is no sandbox; null when there is one.</returns>
    public static string? Enter(Log log, SandboxRules rules)
    {
        Sandbox sandbox = new(log);
        lock (sandbox._entering)
        {
            return sandbox.Enter(rules);
        }
    }

    private string? Enter(SandboxRules rules)
    {
        bool hasListener = TryStartThread();
        int landlock = Landlock.RestrictAllThreads(rules.UsesNetwork);
        if (_log.IsVerbose)
        {
            _log.Info(landlock < 0
                ? $"sandbox: without Landlock: {Errno.Describe(landlock)}"
                : "sandbox: with Landlock");
        }

        int result = SystemCallFilter.InstallQuietly(SandboxRules.AssembleQuiet(MachineInterface.Current));
        if (result >= 0)
        {
            result = SystemCallFilter.Install(
                rules.Assemble(Environment.ProcessId, MachineInterface.Current), out _filter);
        }

        if (_filter is null)
        {
            _log.Warning($"sandbox: cannot be set up: {Errno.Describe(result)} -- continuing without sandbox");
            return Errno.Describe(result);
        }

        if (!hasListener)
        {
            // Without the thread a suspended call would never return; without a listener the kernel refuses it at once.
            _filter.Dispose();
            _log.Warning("sandbox: cannot create thread -- violations are reported in the kernel's log only");
        }

        return null;
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

        if (filter is null || filter.WaitForViolation(out int call, out int threadId) < 0)
        {
            return;
        }

        string? name = SystemCallNumbers.Find(call, MachineInterface.Current)?.ToString().ToLowerInvariant();
        _log.Warning(string.Create(CultureInfo.InvariantCulture,
            $"sandbox: system call {call} ({name ?? "unknown"}) of thread {threadId} is forbidden and was refused"));
        filter.Dispose();
    }
}
