// The executable tlsmgr(8). It exits like Postfix's daemons: with status 0 on request, by the signal it received, or
// with status 1 a second after a fatal record. Main alone catches every exception; no client can cause one here,
// because faults of requests are values.

using System;
using System.Threading;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Daemon;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        using DaemonLog log = new(TimeProvider.System);
        try
        {
            new Startup(log, TimeProvider.System).Run(arguments);
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
