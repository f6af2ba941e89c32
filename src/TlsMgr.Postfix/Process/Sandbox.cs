// Locks the door behind a daemon that has everything it needs: no_new_privs and a filter of system calls, for all its
// threads. A kernel that has neither costs the sandbox, with a warning, and not the service.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Sandbox;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>The sandbox of this process, and the thread that tells of attempts to leave it.</summary>
public sealed class Sandbox
{
    private const int StackBytes = 256 * 1024;

    private readonly SystemCallFilter _filter;
    private readonly TimeProvider _clock;
    private readonly Log _log;
    private readonly Dictionary<SystemCall, long> _toldAt = [];

    private Sandbox(SystemCallFilter filter, TimeProvider clock, Log log)
    {
        _filter = filter;
        _clock = clock;
        _log = log;
    }

    /// <summary>Enters the sandbox, for good. To be called when everything that needs more rights is done.</summary>
    /// <param name="clock">Measures the time between two warnings of one kind.</param>
    /// <param name="log">Takes the warnings.</param>
    public static void Enter(TimeProvider clock, Log log)
    {
        int answer = SystemCallFilter.Install(
            SandboxRules.Assemble(Environment.ProcessId), out SystemCallFilter? filter);
        if (filter is null)
        {
            log.Warning($"sandbox: cannot be set up: {Errno.Describe(answer)} -- continuing without sandbox");
            return;
        }

        try
        {
            new Thread(new Sandbox(filter, clock, log).TellOfViolations, StackBytes)
            {
                IsBackground = true,
                Name = "sandbox",
            }.Start();
        }
        catch (OutOfMemoryException)
        {
            // Nobody would answer a call that is held; without a listener the kernel refuses it at once.
            filter.Dispose();
            log.Warning("sandbox: cannot create thread -- violations are told by the kernel's log alone");
        }
    }

    private void TellOfViolations()
    {
        int answer;
        do
        {
            answer = _filter.RefuseNext(out SystemCall call, out int threadId);
            if (answer >= 0)
            {
                Tell(call, threadId);
            }
        }
        while (answer is >= 0 or -Errno.Interrupted);
    }

    private void Tell(SystemCall call, int threadId)
    {
        if (_toldAt.TryGetValue(call, out long toldAt)
            && _clock.GetElapsedTime(toldAt).TotalSeconds < Limits.RepeatedWarningSeconds)
        {
            return;
        }

        _toldAt[call] = _clock.GetTimestamp();
        string name = call.ToString().ToLowerInvariant();
        _log.Warning(string.Create(CultureInfo.InvariantCulture,
            $"sandbox: system call {(int)call} ({name}) of thread {threadId} is forbidden and was refused"));
    }
}
