// The status socket of a daemon under master(8). The daemon reports that it serves; master requests its exit by closing
// the other end. The open file is shared with master: its flags are not changed, and writes do not wait.
// Wire layout of a status message: int pid, unsigned generation, int status, in native byte order.

using System;
using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>
/// Reports to master(8) that this process took work and is available again, and detects that master closed the channel
/// (<c>postfix reload</c>, <c>postfix stop</c>, or master exited).
/// </summary>
public sealed class MasterStatusChannel : IDescriptorHandler
{
    private const int Taken = 0;
    private const int Available = 1;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(ProcessLimits.StatusReportSeconds);

    private readonly uint _generation;
    private readonly TimeProvider _clock;
    private readonly Log _log;
    private readonly Action _exit;
    private long _reportedAt;

    /// <summary>Starts to watch for the end of the channel.</summary>
    /// <param name="loop">Watches the descriptor.</param>
    /// <param name="generation">GENERATION in the environment from master.</param>
    /// <param name="clock">Measures the time between reports.</param>
    /// <param name="log">Receives the records of -v.</param>
    /// <param name="exit">Called, perhaps more than once, when the channel is closed and the daemon must exit.</param>
    /// <exception cref="FatalException">
    /// The descriptor cannot be watched: master did not start this process.
    /// </exception>
    public MasterStatusChannel(EventLoop loop, uint generation, TimeProvider clock, Log log, Action exit)
    {
        _generation = generation;
        _clock = clock;
        _log = log;
        _exit = exit;
        loop.Require(MasterDescriptors.Status, this);
    }

    /// <summary>
    /// Called after requests were served. Master needs the messages "taken" and "available" once, to know that this
    /// process works; it ignores repetitions, and each message wakes it. So the pair is sent after the first work and
    /// then once per interval.
    /// </summary>
    public void ReportWork()
    {
        if (_reportedAt != 0 && _clock.GetElapsedTime(_reportedAt) < ReportInterval)
        {
            return;
        }

        _reportedAt = _clock.GetTimestamp();
        Send(Taken);
        int result = Send(Available);
        if (result < 0 && result != -Errno.TryAgain && result != -Errno.Interrupted)
        {
            _exit();
        }
    }

    /// <summary>Master sends nothing: data, the end of the stream and errors are all the end of the channel.</summary>
    public void OnEvents(EpollEvents events)
    {
        Span<byte> buffer = stackalloc byte[1];
        int count = UnixSocket.Receive(MasterDescriptors.Status, buffer);
        if (count is not (-Errno.TryAgain or -Errno.Interrupted))
        {
            _exit();
        }
    }

    private int Send(int status)
    {
        Span<byte> message = stackalloc byte[3 * sizeof(int)];
        int process = Environment.ProcessId;
        MemoryMarshal.Write(message, process);
        MemoryMarshal.Write(message[sizeof(int)..], _generation);
        MemoryMarshal.Write(message[(2 * sizeof(int))..], status);
        if (_log.IsVerbose)
        {
            _log.Info($"master_notify: status {status}");
        }

        return UnixSocket.Send(MasterDescriptors.Status, message);
    }
}
