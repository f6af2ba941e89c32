// All connections of the daemon and what they do in a turn: serve, end the turn together, send. One client's share of a
// turn is bounded; the rest waits for the next one.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>What a table of connections has to know of its clients.</summary>
/// <param name="Peer">What a client is called in the log: <c>tlsmgr socket</c>.</param>
/// <param name="Timeout">How long a client may take to finish a request, or leave its replies unread.</param>
public sealed record ConnectionSettings(string Peer, TimeSpan Timeout)
{
    /// <summary>Messages that are answered for one connection in one turn.</summary>
    public int MessagesPerTurn { get; init; } = Limits.MessagesPerTurn;

    /// <summary>Whether a request is served whose client has gone without waiting for the reply.</summary>
    public bool ServesTheGone { get; init; } = true;

    /// <summary>Connections that are made together, the first ones at the start.</summary>
    public int MadeTogether { get; init; } = Limits.ConnectionsMadeTogether;
}

/// <summary>The connections of one service of the daemon.</summary>
public sealed class ConnectionTable : IDisposable
{
    /// <summary>How often overdue connections are looked for.</summary>
    private static readonly TimeSpan DeadlineCheck = TimeSpan.FromSeconds(1);

    private readonly EventLoop _loop;
    private readonly IRequestService _service;
    private readonly TimeProvider _clock;
    private readonly Log _log;
    private readonly ConnectionSettings _settings;
    private readonly ConnectionCounters _counters;
    private readonly ConnectionMemory _memory;
    private readonly List<ClientConnection> _connections = [];
    private readonly Queue<ClientConnection> _queue = [];
    private readonly List<ClientConnection> _served = new(Limits.ConnectionsPerTurn);
    private readonly SpareConnections _spare;
    private bool _watchesDeadlines;
    private long _scarcityToldAt;

    /// <summary>Makes an empty table.</summary>
    /// <param name="loop">The loop whose turns it works in.</param>
    /// <param name="service">Who answers.</param>
    /// <param name="clock">Measures the deadlines.</param>
    /// <param name="log">Takes the warnings.</param>
    /// <param name="settings">What clients are called, and what they may do.</param>
    /// <param name="counters">Counts the connections, and what they end of.</param>
    /// <param name="reserve">What has to be held before anything grows; its own without.</param>
    public ConnectionTable(
        EventLoop loop, IRequestService service, TimeProvider clock, Log log, ConnectionSettings settings,
        ConnectionCounters counters, HeapReserve? reserve = null)
    {
        _loop = loop;
        _service = service;
        _clock = clock;
        _log = log;
        _settings = settings;
        _counters = counters;
        Now = clock.GetTimestamp();
        reserve ??= new HeapReserve();
        _memory = new ConnectionMemory(reserve);
        _spare = new SpareConnections(MakeConnection, reserve, settings.MadeTogether);
    }

    /// <summary>Told whenever a descriptor became free.</summary>
    public event Action? DescriptorFreed;

    /// <summary>How many connections there are.</summary>
    public int Count => _connections.Count;

    /// <summary>What the connections keep bytes in.</summary>
    internal ConnectionMemory Memory => _memory;

    /// <summary>Whether some connection has work for a next turn that nothing will announce.</summary>
    public bool HasWork => _queue.Count > 0;

    /// <summary>What clients may do.</summary>
    internal ConnectionSettings Settings => _settings;

    /// <summary>The monotonic time of this turn.</summary>
    internal long Now { get; private set; }

    /// <summary>
    /// Whether another client can be taken: all that it needs of the collector's heap is there. To be asked before each
    /// <see cref="Accept"/>.
    /// </summary>
    public bool HasRoom()
    {
        if (!_spare.Provide())
        {
            return false;
        }

        _connections.EnsureCapacity(_connections.Count + 1);
        _queue.EnsureCapacity(_connections.Capacity);
        return true;
    }

    /// <summary>Takes over a connected descriptor.</summary>
    public void Accept(int descriptor)
    {
        ClientConnection connection = _spare.Take();
        connection.Begin(descriptor);
        connection.Index = _connections.Count;
        connection.LastTurn = _clock.GetTimestamp();
        _connections.Add(connection);
        _counters.Opened();
        if (_log.IsVerbose)
        {
            _log.Info($"connection established fd {descriptor}");
        }

        Attempt(connection, static connection => connection.Open());
    }

    /// <summary>
    /// Serves the connections that have something to do, or those of them who waited longest; ends the turn, and sends
    /// the replies.
    /// </summary>
    /// <returns>Whether any connection had something to do.</returns>
    public bool RunTurn()
    {
        Now = _clock.GetTimestamp();
        if (_queue.Count == 0)
        {
            return false;
        }

        int mostBlocks = _memory.UsedBlocks + Limits.BlocksPerTurn;
        while (_served.Count < Limits.ConnectionsPerTurn && _memory.UsedBlocks < mostBlocks
            && (_served.Count == 0 || !_memory.HasFewBlocks) && _queue.TryDequeue(out ClientConnection? connection))
        {
            _served.Add(connection);
            connection.IsQueued = false;
            if (!connection.IsClosed)
            {
                Attempt(connection, static connection => connection.Advance());
            }
            else
            {
                _spare.PutBack(connection);
            }
        }

        _service.EndTurn();
        foreach (ClientConnection connection in _served)
        {
            if (!connection.IsClosed)
            {
                FinishTurn(connection);
            }
        }

        _served.Clear();
        _counters.Served(_clock.GetElapsedTime(Now));
        return true;
    }

    /// <summary>Closes every connection, and gives their memory back.</summary>
    public void Dispose()
    {
        while (_connections.Count > 0)
        {
            Close(_connections[^1]);
        }

        _memory.Dispose();
    }

    /// <summary>Lets a connection take part in the next turn.</summary>
    internal void Enqueue(ClientConnection connection)
    {
        if (!connection.IsQueued)
        {
            connection.IsQueued = true;
            _queue.Enqueue(connection);
        }
    }

    /// <summary>Closes the connection that has been idle longest, so that another one can be taken.</summary>
    /// <param name="atLeast">How long it must have been idle.</param>
    /// <returns>Whether there was one.</returns>
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

    private ClientConnection MakeConnection() =>
        new(_loop, this, new Conversation(_service, _memory, _settings.MessagesPerTurn));

    private void FinishTurn(ClientConnection connection)
    {
        connection.LastTurn = Now;
        if (Attempt(connection, static connection => connection.FinishTurn()) && connection.WantsTurn)
        {
            Enqueue(connection);
        }

        WatchDeadline(connection);
    }

    /// <summary>
    /// The border of a connection: what it cannot go on after costs that connection and no other. Most of all that is
    /// memory which the system does not give. The warning names the kind of fault alone: its text might hold data.
    /// </summary>
    /// <returns>Whether the connection goes on.</returns>
    private bool Attempt(ClientConnection connection, Func<ClientConnection, bool> step)
    {
        Exception? fault = null;
        try
        {
            if (step(connection))
            {
                return true;
            }
        }
        catch (Exception thrown)
        {
            fault = thrown;
            connection.IsSpoiled = true;
        }

        // Closed first: what it had may be what a record needs.
        ConversationEnd end = connection.Conversation.End;
        Close(connection);
        try
        {
            Report(end, fault);
        }
        catch (OutOfMemoryException)
        {
            // The record is lost, and no more.
        }

        return false;
    }

    /// <summary>Looks for overdue connections once a second, while any could become so.</summary>
    private void WatchDeadline(ClientConnection connection)
    {
        if (connection.HasDeadline && !_watchesDeadlines)
        {
            _watchesDeadlines = true;
            _loop.Timers.Schedule(DeadlineCheck, DropOverdue);
        }
    }

    private void Close(ClientConnection connection)
    {
        // The last of the list takes the place of the one that goes.
        ClientConnection last = _connections[^1];
        _connections[connection.Index] = last;
        last.Index = connection.Index;
        _connections.RemoveAt(_connections.Count - 1);
        connection.Dispose();
        if (!connection.IsQueued)
        {
            _spare.PutBack(connection);
        }

        _counters.Closed();
        if (_log.IsVerbose)
        {
            _log.Info($"connection closed fd {connection.Descriptor}");
        }

        DescriptorFreed?.Invoke();
    }

    private void DropOverdue()
    {
        _watchesDeadlines = false;
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

            string what = overdue == Overdue.Reply ? "writing reply"
                : connection.Conversation.IsInsideValue ? "reading input attribute value"
                : "reading input attribute name";
            _counters.Timeouts++;
            _log.Warning($"timeout on {_settings.Peer} while {what}");
            Close(connection);
        }
    }

    private void Report(ConversationEnd end, Exception? fault)
    {
        end = fault is OutOfMemoryException ? ConversationEnd.MemoryScarce : end;
        _counters.Oversized += end is ConversationEnd.MessageTooLong or ConversationEnd.MemoryScarce ? 1 : 0;
        if (fault is not null and not OutOfMemoryException)
        {
            _counters.Unforeseen++;
            _log.Warning($"unexpected {fault.GetType().Name} while serving {_settings.Peer} -- disconnecting");
        }
        else if (end == ConversationEnd.MessageTooLong)
        {
            _log.Warning($"request from {_settings.Peer} is longer than {Limits.MessageBytes} bytes -- disconnecting");
        }
        else if (end == ConversationEnd.MemoryScarce)
        {
            WarnOfScarcity();
        }
        else if (end == ConversationEnd.Trigger && _log.IsVerbose)
        {
            _log.Info("received master trigger");
        }
    }

    private void WarnOfScarcity()
    {
        if (_scarcityToldAt == 0
            || _clock.GetElapsedTime(_scarcityToldAt).TotalSeconds >= Limits.RepeatedWarningSeconds)
        {
            _scarcityToldAt = _clock.GetTimestamp();
            _log.Warning($"memory is scarce while serving {_settings.Peer} -- disconnecting");
        }
    }
}
