// SIGTERM, SIGINT and SIGHUP are read by the event loop, so that the daemon can save its state; then the process dies
// by the same signal, which gives the wait status that master(8) expects. SIGPIPE and SIGXFSZ are ignored.
//
// The signals are blocked in every thread and read from a descriptor (signalfd(2)). .NET's PosixSignalRegistration
// handles each signal on a new thread, and the runtime aborts the process when that thread cannot be created. A signal
// handler in managed code would interrupt managed code, which the runtime does not allow.
//
// A thread that does not block them would receive them and end the process. Threads inherit the mask of their creator;
// only the runtime's finalizer thread is older than Main, so the signals are blocked on that thread explicitly.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>Converts the signals that end the daemon to events of the loop.</summary>
public sealed class TerminationSignals : IDescriptorHandler, IDisposable
{
    private readonly SignalDescriptor _signals;
    private readonly Action _terminate;
    private int _received;

    /// <summary>Blocks the signals. To be created before the process starts threads of its own.</summary>
    /// <param name="loop">Watches for the signals.</param>
    /// <param name="terminate">Called by the loop after a signal arrived.</param>
    /// <exception cref="FatalException">
    /// The descriptor cannot be created, or the signals cannot be blocked on the finalizer thread.
    /// </exception>
    public TerminationSignals(EventLoop loop, Action terminate)
    {
        ProcessControl.IgnoreSignal(SignalNumber.BrokenPipe);
        ProcessControl.IgnoreSignal(SignalNumber.FileSizeLimit);
        _terminate = terminate;
        int result = SignalDescriptor.Create(
            [SignalNumber.Terminate, SignalNumber.Interrupt, SignalNumber.HangUp], out SignalDescriptor? signals);
        _signals = signals ?? throw new FatalException($"event_init: signalfd: {Errno.Describe(result)}");
        _signals.BlockInThisThread();
        if (!FinalizerThread.Run(_signals.BlockInThisThread))
        {
            throw new FatalException("event_init: cannot block signals in the thread of the runtime");
        }

        loop.Require(_signals.Descriptor, this);
    }

    /// <summary>The descriptor, readable while a signal is pending that was not read yet.</summary>
    internal int Descriptor => _signals.Descriptor;

    /// <summary>Whether a signal has arrived so far.</summary>
    public bool HaveArrived()
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
        if (HaveArrived())
        {
            _terminate();
        }
    }

    /// <summary>Ends the process by the first signal that was read, even if others arrived since.</summary>
    public void DieBySignal()
    {
        ProcessControl.DefaultSignal(_received);
        ProcessControl.Kill(Environment.ProcessId, _received);
        SignalDescriptor.UnblockInThisThread(_received);
    }

    /// <summary>
    /// Unblocks the signals in this thread. Pending ones are discarded: the daemon is about to log why it cannot
    /// continue.
    /// </summary>
    public void Dispose()
    {
        while (_signals.Take() != 0)
        {
        }

        _signals.UnblockInThisThread();
        _signals.Dispose();
    }
}
