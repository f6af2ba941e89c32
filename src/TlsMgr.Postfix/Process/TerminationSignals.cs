// SIGTERM, SIGINT and SIGHUP: read by the loop, so that it can save the state first; then the process ends by the same
// signal, since that is the wait status that master(8) expects. SIGPIPE and SIGXFSZ do nothing.
//
// They are blocked in every thread and wait in a descriptor (signalfd(2)). Not .NET's PosixSignalRegistration: it has
// each of them handled by a new thread, and where none can be made, the runtime aborts the process. Nor a handler of
// our own: it would interrupt managed code, and be managed code itself, which the runtime does not allow.
//
// One thread that does not block them would get them, and die of them with all others. Threads have the mask of the one
// that makes them; only the runtime's finalizer thread is older than Main, and so it has to block them itself.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>Turns the signals that end the daemon into an event of the loop.</summary>
public sealed class TerminationSignals : IDescriptorHandler, IDisposable
{
    private readonly SignalDescriptor _signals;
    private readonly Action _terminate;
    private int _received;

    /// <summary>Takes the signals over. To be made before the process makes threads of its own.</summary>
    /// <param name="loop">The loop that watches for them.</param>
    /// <param name="terminate">Called by the loop when one has come.</param>
    /// <exception cref="FatalException">The kernel gives no descriptor, or the runtime lets them through.</exception>
    public TerminationSignals(EventLoop loop, Action terminate)
    {
        ProcessControl.IgnoreSignal(SignalNumber.BrokenPipe);
        ProcessControl.IgnoreSignal(SignalNumber.FileSizeLimit);
        _terminate = terminate;
        int answer = SignalDescriptor.Create(
            [SignalNumber.Terminate, SignalNumber.Interrupt, SignalNumber.HangUp], out SignalDescriptor? signals);
        _signals = signals ?? throw new FatalException($"event_init: signalfd: {Errno.Describe(answer)}");
        _signals.BlockHere();
        if (!FinalizerThread.Run(_signals.BlockHere))
        {
            throw new FatalException("event_init: cannot block signals in the thread of the runtime");
        }

        loop.Require(_signals.Descriptor, this);
    }

    /// <summary>The descriptor that is readable when one has come that nobody has asked about.</summary>
    internal int Descriptor => _signals.Descriptor;

    /// <summary>Whether one has come by now.</summary>
    public bool HaveCome()
    {
        if (_received == 0)
        {
            _received = _signals.Take();
        }

        return _received != 0;
    }

    /// <inheritdoc/>
    public void OnEvents(EpollEvents events)
    {
        if (HaveCome())
        {
            _terminate();
        }
    }

    /// <summary>Ends the process by the signal that was taken, whatever others have come since.</summary>
    public void DieBySignal()
    {
        ProcessControl.DefaultSignal(_received);
        ProcessControl.Kill(Environment.ProcessId, _received);
        SignalDescriptor.UnblockHere(_received);
    }

    /// <summary>
    /// Gives the signals their effect back. One that has come has none: the daemon is about to tell why it cannot go
    /// on.
    /// </summary>
    public void Dispose()
    {
        while (_signals.Take() != 0)
        {
        }

        _signals.UnblockHere();
        _signals.Dispose();
    }
}
