// A listen socket, of master(8)'s or of our own: takes connections, a bounded number in a turn. When descriptors or
// memory run out it stops for a moment instead of spinning, and says so at most once a minute; clients wait meanwhile.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Server;

/// <summary>Accepts clients.</summary>
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
    private bool _willLookAgain;

    /// <summary>Begins to accept.</summary>
    /// <param name="descriptor">The listen socket.</param>
    /// <param name="loop">The loop to watch it.</param>
    /// <param name="connections">Takes the clients.</param>
    /// <param name="clock">Measures the time between warnings.</param>
    /// <param name="log">Takes them.</param>
    /// <param name="admits">Whether a client, by its descriptor, is let in; null: all are.</param>
    /// <exception cref="FatalException">
    /// The descriptor cannot be watched: it is no listen socket of master's.
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
    public void OnEvents(EpollEvents events)
    {
        for (int count = 0; count < ServerLimits.AcceptsPerTurn; count++)
        {
            // Asked first: a client that was taken cannot be put back.
            int client = _connections.HasRoom() ? UnixSocket.Accept(_descriptor) : -Errno.NoMemory;
            if (client >= 0 && _admits?.Invoke(client) == false)
            {
                FileDescriptor.Close(client);
            }
            else if (client >= 0)
            {
                _connections.Accept(client);
            }
            else if (client is -Errno.ProcessDescriptorLimit or -Errno.SystemDescriptorLimit or -Errno.NoMemory)
            {
                Pause(client);
                return;
            }
            else
            {
                // Nobody there any more, or a client that left before it was accepted.
                return;
            }
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

        // One timer, however often a client that leaves ends the pause before its time.
        if (!_willLookAgain)
        {
            _willLookAgain = true;
            _loop.Timers.Schedule(ShortagePause, LookAgain);
        }
    }

    private void LookAgain()
    {
        _willLookAgain = false;
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
