// The socket on which a daemon tells master(8) that it works, and by which master tells the daemon to go: it closes its
// end. The open file is shared with master: no flag of it may be changed, and no write may ever wait.

using System;
using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>
/// Tells master(8) that this process took work and is available again, and hears when master is gone or wants us gone
/// (<c>postfix reload</c>, <c>postfix stop</c>, a dead master).
/// </summary>
public sealed class MasterStatusChannel : IDescriptorHandler
{
    private const int Taken = 0;
    private const int Available = 1;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(ProcessLimits.StatusReportSeconds);

    private readonly uint _generation;
    private readonly TimeProvider _clock;
    private readonly Log _log;
    private readonly Action _masterIsGone;
    private long _reportedAt;

    /// <summary>Begins to listen for the end of the channel.</summary>
    /// <param name="loop">The loop to watch it.</param>
    /// <param name="generation">What master put into the environment as GENERATION.</param>
    /// <param name="clock">Measures the time between reports.</param>
    /// <param name="log">Takes the lines of -v.</param>
    /// <param name="masterIsGone">Called, perhaps more than once, when the daemon has to end.</param>
    /// <exception cref="FatalException">
    /// The descriptor cannot be watched: master did not start this process.
    /// </exception>
    public MasterStatusChannel(EventLoop loop, uint generation, TimeProvider clock, Log log, Action masterIsGone)
    {
        _generation = generation;
        _clock = clock;
        _log = log;
        _masterIsGone = masterIsGone;
        loop.Require(MasterDescriptors.Status, this);
    }

    /// <summary>
    /// Requests were served. Master wants the pair "taken, available" once, to know that this process works; it ignores
    /// what changes nothing, and each message wakes it. So the pair goes out with the first work and now and then
    /// after.
    /// </summary>
    public void ReportWork()
    {
        if (_reportedAt != 0 && _clock.GetElapsedTime(_reportedAt) < ReportInterval)
        {
            return;
        }

        _reportedAt = _clock.GetTimestamp();
        Send(Taken);
        int answer = Send(Available);
        if (answer < 0 && answer != -Errno.TryAgain && answer != -Errno.Interrupted)
        {
            _masterIsGone();
        }
    }

    /// <summary>Master never sends anything: whatever happens here is the end of the channel.</summary>
    public void OnEvents(EpollEvents events)
    {
        Span<byte> nothing = stackalloc byte[1];
        int count = UnixSocket.Receive(MasterDescriptors.Status, nothing);
        if (count is not (-Errno.TryAgain or -Errno.Interrupted))
        {
            _masterIsGone();
        }
    }

    /// <summary>One message, native byte order: int pid, unsigned generation, int status.</summary>
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
