// The border of an executable. It exits like Postfix's daemons: with status 0 on request, by the signal it received, or
// with status 1 a second after a fatal record. Only here is every exception caught; no client can cause one, because
// faults of requests are values.

using System;
using System.Threading;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Start;

/// <summary>Runs a daemon, and logs why it ends.</summary>
public static class DaemonProgram
{
    /// <summary>Runs a daemon until it exits; returns the exit status.</summary>
    /// <param name="name">The program's name in logs and main.cf.</param>
    /// <param name="run">Starts the daemon and serves.</param>
    public static int Run(string name, Action<DaemonLog> run)
    {
        using DaemonLog log = new(name, TimeProvider.System);
        try
        {
            run(log);
            return 0;
        }
        catch (FatalException fault)
        {
            return Fail(log, LogSeverity.Fatal, fault.Message);
        }
        catch (InsufficientMemoryException)
        {
            // During the start only: while serving, memory exhaustion closes the client's connection.
            return Fail(log, LogSeverity.Fatal, "the kernel gives too little memory to start");
        }
        catch (Exception fault)
        {
            // A defect in this program. Neither a stack trace nor the exception's text is logged: the text may quote
            // the data being processed.
            int status = Fail(log, LogSeverity.Panic, $"unexpected {fault.GetType().Name}");
            ProcessControl.DefaultSignal(SignalNumber.Abort);
            ProcessControl.Kill(Environment.ProcessId, SignalNumber.Abort);
            return status;
        }
    }

    /// <summary>Logs the reason and waits, so that master(8) does not restart the daemon without a pause.</summary>
    private static int Fail(DaemonLog log, LogSeverity severity, string text)
    {
        log.Log.Write(severity, text);
        Thread.Sleep(TimeSpan.FromSeconds(LogLimits.FatalDelaySeconds));
        return 1;
    }
}
