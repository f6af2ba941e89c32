// tlsmgr(8): the executable. Ends the way Postfix's daemons end: status 0 when it is told to go, by the signal when one
// came, status 1 a second after a fatal record. This is the only place that catches everything, and no client can reach
// it: whatever a client sends is answered by values, not by exceptions.

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
            // At the start: a client's is its connection's end.
            return Fail(log, LogSeverity.Fatal, "the kernel gives too little memory to start");
        }
        catch (Exception fault)
        {
            // A defect of ours. The log of a mail system is no place for a stack trace, nor for a text that may quote
            // what the daemon was working on.
            int status = Fail(log, LogSeverity.Panic, $"unexpected {fault.GetType().Name}");
            ProcessControl.DefaultSignal(SignalNumber.Abort);
            ProcessControl.Kill(Environment.ProcessId, SignalNumber.Abort);
            return status;
        }
    }

    /// <summary>Tells why, and waits, so that master(8) does not start one after the other without a pause.</summary>
    private static int Fail(DaemonLog log, LogSeverity severity, string text)
    {
        log.Log.Write(severity, text);
        Thread.Sleep(TimeSpan.FromSeconds(LogLimits.FatalDelaySeconds));
        return 1;
    }
}
