// A listen socket, from master(8) or our own. When descriptors or memory run out, accepting pauses instead of spinning,
// with a warning at most once a minute; clients wait in the socket's backlog.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Server;

/// <summary>Accepts clients from a listen socket, a bounded number per turn.</summary>
public sealed class ClientListener : IDescriptorHandler
{
    private static readonly TimeSpan ShortagePause = TimeSpan.FromSeconds(ServerLimits.ShortageSeconds);
    private static readonly TimeSpan WarningPause = TimeSpan.FromSeconds(LogLimits.RepeatedWarningSeconds);

    private readonly int _descriptor;
    private readonly EventLoop _loop;
    private readonly ClientConnections _connections;
    private readonly TimeProvider _clock;
    private readonly Log _log;
    private readonly Func<int, bool>? _admits;
    private readonly Watch _watch;
    private long _warnedAt;
    private bool _isPaused;
    private bool _isResumeScheduled;

    /// <summary>Starts to accept.</summary>
    /// <param name="descriptor">The listen socket.</param>
    /// <param name="loop">Watches the socket.</param>
    /// <param name="connections">Serves the clients.</param>
    /// <param name="clock">Measures the time between warnings.</param>
    /// <param name="log">Receives the warnings.</param>
    /// <param name="admits">Whether to admit a client, by its descriptor; null admits all.</param>
    /// <exception cref="FatalException">
    /// The descriptor cannot be watched: it is not a listen socket from master.
    /// </exception>
    public ClientListener(
        int descriptor, EventLoop loop, ClientConnections connections, TimeProvider clock, Log log,
        Func<int, bool>? admits = null)
    {
        _descriptor = descriptor;
        _loop = loop;
        _connections = connections;
        _clock = clock;
        _log = log;
        _admits = admits;
        _watch = loop.Require(descriptor, this);
        connections.DescriptorFreed += Resume;
    }

    /// <inheritdoc/>
    /// <exception cref="FatalException">No client can be served.</exception>
    public void OnEvents(EpollEvents events)
    {
        for (int count = 0; count < ServerLimits.AcceptsPerTurn; count++)
        {
            // Checked first: a client that was accepted cannot be returned to the backlog.
            int client = _connections.CanAccept() ? UnixSocket.Accept(_descriptor) : -Errno.NoMemory;
            if (client >= 0 && _admits?.Invoke(client) == false)
            {
                FileDescriptor.Close(client);
            }
            else if (client >= 0)
            {
                _connections.Accept(client);
            }
            else
            {
                HandleFailure(client);
                return;
            }
        }
    }

    /// <summary>Handles a failure of accept4(2), which ends the turn.</summary>
    /// <exception cref="FatalException">
    /// No client can be served: an outer seccomp filter refuses the call, or there is no descriptor for one client.
    /// </exception>
    private void HandleFailure(int result)
    {
        if (result == -Errno.ProcessDescriptorLimit && PollWait.ForReading(_descriptor, timeoutMilliseconds: 0) == 0)
        {
            // No client is waiting: the kernel looks for a free descriptor first.
            return;
        }

        bool isForClients = _admits is null;
        bool isHopeless = result == -Errno.ProcessDescriptorLimit && isForClients && _connections.Count == 0;
        if (Errno.IsRefusal(result) || isHopeless)
        {
            throw new FatalException($"accept connection: {Errno.Describe(result)}");
        }

        // No client is waiting, or one disconnected before it was accepted. Any other failure would recur at once.
        if (result is not (-Errno.TryAgain or -Errno.Interrupted or -Errno.ConnectionAborted or -Errno.ProtocolFault))
        {
            Pause(result);
        }
    }

    private void Pause(int error)
    {
        if (_warnedAt == 0 || _clock.GetElapsedTime(_warnedAt) > WarningPause)
        {
            _warnedAt = _clock.GetTimestamp();
            _log.Warning($"accept connection: {Errno.Describe(error)} -- {_connections.Count} clients are connected");
        }

        if (!_isPaused)
        {
            _isPaused = true;
            _loop.Change(_watch, EpollEvents.None);
        }

        // A single timer, even if disconnecting clients end the pause early several times.
        if (!_isResumeScheduled)
        {
            _isResumeScheduled = true;
            _loop.Timers.Schedule(ShortagePause, ResumeAfterPause);
        }
    }

    private void ResumeAfterPause()
    {
        _isResumeScheduled = false;
        Resume();
    }

    private void Resume()
    {
        if (_isPaused)
        {
            _isPaused = false;
            _loop.Change(_watch, EpollEvents.Readable);
        }
    }
}
