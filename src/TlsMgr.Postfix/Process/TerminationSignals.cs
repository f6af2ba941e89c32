// SIGTERM, SIGINT and SIGHUP: remembered, so that the loop can save the state first; then the process ends by the same
// signal, since that is the wait status that master(8) expects. SIGPIPE and SIGXFSZ do nothing.

using System;
using System.Runtime.InteropServices;
using System.Threading;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>Turns the signals that end the daemon into an event of the loop.</summary>
public sealed class TerminationSignals : IDescriptorHandler, IDisposable
{
    private readonly WakeUp _wakeUp;
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Action _terminate;
    private int _signal;

    /// <summary>Takes the signals over.</summary>
    /// <param name="loop">The loop to wake.</param>
    /// <param name="terminate">Called on the loop's thread.</param>
    /// <exception cref="FatalException">The kernel gives no event descriptor.</exception>
    public TerminationSignals(EventLoop loop, Action terminate)
    {
        ProcessControl.IgnoreSignal(SignalNumber.BrokenPipe);
        ProcessControl.IgnoreSignal(SignalNumber.FileSizeLimit);
        _terminate = terminate;
        int answer = WakeUp.Create(out WakeUp? wakeUp);
        _wakeUp = wakeUp ?? throw new FatalException($"event_init: eventfd: {Errno.Describe(answer)}");
        loop.Require(_wakeUp.Descriptor, this);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Note(context, SignalNumber.Terminate)),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Note(context, SignalNumber.Interrupt)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Note(context, SignalNumber.HangUp)),
        ];
    }

    /// <summary>The signal that came, or 0.</summary>
    public int Received => Volatile.Read(ref _signal);

    /// <inheritdoc/>
    public void OnEvents(EpollEvents events)
    {
        _wakeUp.Clear();
        _terminate();
    }

    /// <summary>Ends the process by the signal that came.</summary>
    public void DieBySignal()
    {
        Dispose();
        ProcessControl.DefaultSignal(Received);
        ProcessControl.Kill(Environment.ProcessId, Received);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _wakeUp.Dispose();
    }

    /// <summary>Runs on a thread of the runtime.</summary>
    private void Note(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        Interlocked.CompareExchange(ref _signal, signal, 0);
        _wakeUp.Signal();
    }
}
