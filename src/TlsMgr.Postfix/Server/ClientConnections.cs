// The connections of one service. A turn of the event loop: the connections with work are served, the service ends the
// turn for all of them together, and the replies are sent.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>Accepts, serves and closes the connections of one service.</summary>
public sealed class ClientConnections : IDisposable
{
    private static readonly TimeSpan DeadlineCheckInterval = TimeSpan.FromSeconds(1);

    private readonly EventLoop _loop;
    private readonly IRequestService _service;
    private readonly TimeProvider _clock;
    private readonly Log _log;
    private readonly ConnectionSettings _settings;
    private readonly ConnectionCounters _counters;
    private readonly ConnectionEndLog _endLog;
    private readonly BlockPool _memory;
    private readonly TurnScheduler _turns;
    private readonly List<ClientConnection> _connections = [];
    private readonly UnusedConnections _pool;
    private bool _checksDeadlines;

    /// <summary>The monotonic time of this turn.</summary>
    private long _now;

    /// <summary>Allocates the first connections; there is no client yet.</summary>
    /// <param name="loop">The event loop.</param>
    /// <param name="service">Serves the requests.</param>
    /// <param name="clock">Measures the deadlines.</param>
    /// <param name="log">Receives the warnings.</param>
    /// <param name="settings">The settings of the connections.</param>
    /// <param name="counters">Counts the connections, and why they ended.</param>
    /// <param name="reserve">Must be acquired before anything grows; null for a reserve of its own.</param>
    public ClientConnections(
        EventLoop loop, IRequestService service, TimeProvider clock, Log log, ConnectionSettings settings,
        ConnectionCounters counters, CollectorReserve? reserve = null)
    {
        _loop = loop;
        _service = service;
        _clock = clock;
        _log = log;
        _settings = settings;
        _counters = counters;
        _endLog = new ConnectionEndLog(settings.Peer, clock, log, counters);
        _now = clock.GetTimestamp();
        reserve ??= new CollectorReserve();
        _memory = new BlockPool(reserve);
        _turns = new TurnScheduler(_memory);
        _pool = new UnusedConnections(AllocateConnection, reserve, settings.BatchSize);
        ReplyQueue.Prepare(_memory);
    }

    /// <summary>Raised after a descriptor was closed.</summary>
    public event Action? DescriptorFreed;

    /// <summary>The number of open connections.</summary>
    public int Count => _connections.Count;

    /// <summary>The memory of the connections.</summary>
    internal BlockPool Memory => _memory;

    /// <summary>Whether a connection has work for the next turn that no event will announce.</summary>
    public bool HasWork => _turns.HasWork;

    /// <summary>
    /// Whether another client can be accepted: allocates all that it needs from the collector's heap. To be called
    /// before each <see cref="Accept"/>.
    /// </summary>
    public bool CanAccept()
    {
        if (!_pool.TryProvide())
        {
            return false;
        }

        _connections.EnsureCapacity(_connections.Count + 1);
        _turns.EnsureCapacity(_connections.Capacity);
        return true;
    }

    /// <summary>Takes over a connected descriptor.</summary>
    public void Accept(int descriptor)
    {
        ClientConnection connection = _pool.Rent();
        connection.Begin(descriptor);
        connection.Index = _connections.Count;
        connection.LastTurn = _clock.GetTimestamp();
        _connections.Add(connection);
        if (_connections.Count > _memory.Budget.LargeSendBuffers)
        {
            UnixSocket.SetSendBuffer(descriptor, MemoryLimits.SmallSendBufferBytes);
        }

        _counters.Opened();
        if (_log.IsVerbose)
        {
            _log.Info($"connection established fd {descriptor}");
        }

        Attempt(connection, static (all, connection) => connection.Open(all._now, all._memory.Pressure));
    }

    /// <summary>
    /// Serves the connections that have work, or those of them that have waited longest; ends the turn, and sends the
    /// replies.
    /// </summary>
    /// <returns>Whether any connection had work.</returns>
    public bool RunTurn()
    {
        _now = _clock.GetTimestamp();
        if (!_turns.HasWork)
        {
            return false;
        }

        _turns.BeginTurn();
        while (_turns.TryChoose(out ClientConnection? connection))
        {
            if (!connection!.IsClosed)
            {
                Attempt(connection, static (all, connection) => connection.Advance(all._now));
            }
            else
            {
                _pool.Return(connection);
            }
        }

        if (_turns.TakeReleased())
        {
            SendReleased();
        }

        _service.EndTurn();
        long answered = 0;
        foreach (ClientConnection connection in _turns.Chosen)
        {
            if (!connection.IsClosed)
            {
                FinishTurn(connection);
                answered += CountAnswered(connection);
            }
        }

        _memory.Replies.Erase();
        _counters.Served(_clock.GetElapsedTime(_now), answered);
        return true;
    }

    /// <summary>Closes every connection and releases their memory.</summary>
    public void Dispose()
    {
        while (_connections.Count > 0)
        {
            Close(_connections[^1]);
        }

        _memory.Dispose();
    }

    /// <summary>Closes the connection that has been idle longest, so that another one can be accepted.</summary>
    /// <param name="atLeast">The minimum idle time.</param>
    /// <returns>Whether a connection was closed.</returns>
    internal bool CloseIdle(TimeSpan atLeast)
    {
        ClientConnection? idle = _connections.Where(static connection => connection.IsIdle)
            .MinBy(static connection => connection.LastTurn);
        if (idle is null || _clock.GetElapsedTime(idle.LastTurn) < atLeast)
        {
            return false;
        }

        Close(idle);
        return true;
    }

    private ClientConnection AllocateConnection() => new(
        _loop, new Conversation(_service, _memory, _settings.MessagesPerTurn), _turns,
        _settings.ServesDisconnectedClients);

    /// <summary>
    /// The number of requests that a connection received and answered in this turn; those of an earlier one count here.
    /// </summary>
    private long CountAnswered(ClientConnection connection)
    {
        long count = connection.TakeAnswered(out long receivedAt);
        if (count == 0 || receivedAt == _now)
        {
            return count;
        }

        _counters.Times.Add(_clock.GetElapsedTime(receivedAt), count);
        return 0;
    }

    /// <summary>
    /// Sends replies that were held and do not depend on the end of the turn: to write to the disk may take longer than
    /// all the rest.
    /// </summary>
    private void SendReleased()
    {
        foreach (ClientConnection connection in _turns.Chosen)
        {
            if (connection is { IsClosed: false, IsReleased: true })
            {
                Attempt(connection, static (all, connection) => connection.FinishTurn(all._now, all._memory.Pressure));
            }
        }
    }

    private void FinishTurn(ClientConnection connection)
    {
        connection.LastTurn = _now;
        if (Attempt(connection, static (all, connection) => connection.FinishTurn(all._now, all._memory.Pressure))
            && connection.WantsTurn)
        {
            _turns.Enqueue(connection);
        }

        WatchDeadline(connection);
    }

    /// <summary>
    /// Runs a step of a connection. An exception, such as an OutOfMemoryException, ends this connection only.
    /// </summary>
    /// <returns>Whether the connection remains open.</returns>
    private bool Attempt(ClientConnection connection, Func<ClientConnections, ClientConnection, bool> step)
    {
        Exception? fault = null;
        try
        {
            if (step(this, connection))
            {
                return true;
            }
        }
        catch (Exception thrown)
        {
            fault = thrown;
            connection.IsPoisoned = true;
        }

        // Closed before the record is written, which may need the memory of the connection.
        ConversationEnd end = connection.Conversation.End;
        Close(connection);
        try
        {
            _endLog.Ended(end, fault);
        }
        catch (OutOfMemoryException)
        {
            // Only the record is lost.
        }

        return false;
    }

    private void Close(ClientConnection connection)
    {
        // Swap-remove: the last connection moves into the free slot.
        ClientConnection last = _connections[^1];
        _connections[connection.Index] = last;
        last.Index = connection.Index;
        _connections.RemoveAt(_connections.Count - 1);
        connection.Dispose();
        if (!connection.IsQueued)
        {
            _pool.Return(connection);
        }

        _counters.Closed();
        if (_log.IsVerbose)
        {
            _log.Info($"connection closed fd {connection.Descriptor}");
        }

        DescriptorFreed?.Invoke();
    }

    /// <summary>Checks deadlines once a second while any is running.</summary>
    private void WatchDeadline(ClientConnection connection)
    {
        if (connection.HasDeadline && !_checksDeadlines)
        {
            _checksDeadlines = true;
            _loop.Timers.Schedule(DeadlineCheckInterval, CloseOverdue);
        }
    }

    private void CloseOverdue()
    {
        _checksDeadlines = false;
        long before = _clock.GetTimestamp() - (long)(_settings.Timeout.TotalSeconds * _clock.TimestampFrequency);
        for (int i = _connections.Count - 1; i >= 0; i--)
        {
            ClientConnection connection = _connections[i];
            Overdue overdue = connection.FindOverdue(before);
            if (overdue == Overdue.Nothing)
            {
                WatchDeadline(connection);
                continue;
            }

            _endLog.Timeout(overdue, connection.Conversation.IsInsideValue);
            Close(connection);
        }
    }
}
