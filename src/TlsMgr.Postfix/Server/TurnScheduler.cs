// The order in which connections with work are served. A turn ends when its share of connections, messages, time or
// memory is used up; the others wait for the next turn. Connections that take more than their share are served after
// all others, but at least one of them in each turn: neither clients that send many requests without waiting, nor
// readers of large sessions, delay a client for longer than a turn.

using System;
using System.Collections.Generic;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>The queues of connections with work.</summary>
/// <param name="memory">The memory of the connections.</param>
/// <param name="clock">Measures the time of a turn.</param>
internal sealed class TurnScheduler(BlockPool memory, TimeProvider clock)
{
    private readonly Queue<ClientConnection> _modest = [];
    private readonly Queue<ClientConnection> _greedy = [];
    private readonly List<ClientConnection> _deferred = new(ServerLimits.ConnectionsPerTurn);
    private readonly long _turnTicks =
        clock.TimestampFrequency * ServerLimits.TurnMicroseconds / TimeSpan.MicrosecondsPerSecond;
    private long _startedAt;
    private long _messagesUntilCheck;
    private int _chosen;

    /// <summary>The greedy connections that were waiting when the turn began: none is served twice in it.</summary>
    private int _greedyLeft;
    private int _maximumBlocks;
    private bool _hasTime;
    private bool _hasServedGreedy;

    /// <summary>Whether a connection has work that no event will announce.</summary>
    internal bool HasWork => _modest.Count + _greedy.Count > 0;

    /// <summary>The messages served in this turn.</summary>
    internal long Messages { get; private set; }

    /// <summary>Whether another connection can be served in this turn.</summary>
    internal bool HasShare => HasMemory && HasTime;

    private bool HasTime => _hasTime && Messages < ServerLimits.MessagesOfTurn;

    private bool HasMemory => _chosen < ServerLimits.ConnectionsPerTurn && memory.UsedBlocks < _maximumBlocks
        && (_chosen == 0 || memory.Pressure < BlockPressure.Exhausted);

    /// <summary>The connections of this turn whose reply is written at its end.</summary>
    internal List<ClientConnection> Deferred => _deferred;

    /// <summary>Allocates the queues for a number of connections, so that <see cref="Enqueue"/> does not.</summary>
    internal void EnsureCapacity(int connections)
    {
        _modest.EnsureCapacity(connections);
        _greedy.EnsureCapacity(connections);
    }

    /// <summary>Queues a connection for the next turn, once.</summary>
    internal void Enqueue(ClientConnection connection)
    {
        if (!connection.IsQueued)
        {
            connection.IsQueued = true;
            (connection.IsGreedy ? _greedy : _modest).Enqueue(connection);
        }
    }

    /// <summary>Begins a turn with a complete share of everything.</summary>
    /// <param name="now">The monotonic time.</param>
    internal void BeginTurn(long now)
    {
        _deferred.Clear();
        _startedAt = now;
        Messages = 0;
        _messagesUntilCheck = ServerLimits.MessagesPerClockReading;
        _chosen = 0;
        _greedyLeft = _greedy.Count;
        _maximumBlocks = memory.UsedBlocks + ServerLimits.BlocksPerTurn;
        _hasTime = true;
        _hasServedGreedy = false;
    }

    /// <summary>Chooses the next connection of this turn; false when the turn's share is used up.</summary>
    internal bool TryChoose(out ClientConnection? connection)
    {
        connection = null;
        bool hasMemory = HasMemory;
        bool hasShare = hasMemory && HasTime;
        if (hasShare && _modest.TryDequeue(out connection))
        {
        }
        else if ((hasShare || (hasMemory && !_hasServedGreedy)) && _greedyLeft > 0)
        {
            connection = _greedy.Dequeue();
            _greedyLeft--;
            _hasServedGreedy = true;
        }
        else
        {
            return false;
        }

        connection.IsQueued = false;
        _chosen++;
        return true;
    }

    /// <summary>Remembers a connection for the end of the turn. Returns 0: it has answered nothing yet.</summary>
    internal long Defer(ClientConnection connection)
    {
        connection.IsDeferred = true;
        _deferred.Add(connection);
        return 0;
    }

    /// <summary>Counts what a connection has used of the turn's share; reads the clock now and then.</summary>
    /// <param name="messages">The number of messages served.</param>
    /// <param name="isGreedy">Whether it may have taken long.</param>
    internal void Spend(long messages, bool isGreedy)
    {
        Messages += messages;
        _messagesUntilCheck -= messages;
        if (_messagesUntilCheck <= 0 || isGreedy)
        {
            _messagesUntilCheck = ServerLimits.MessagesPerClockReading;
            _hasTime = clock.GetTimestamp() - _startedAt < _turnTicks;
        }
    }
}
