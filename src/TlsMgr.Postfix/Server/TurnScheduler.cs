using System.Collections.Generic;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>
/// The queues of connections with work. A turn serves them in order of arrival until its share of connections or of
/// memory is used up; the others wait for the next turn. Connections that send requests without waiting for replies, or
/// very large ones, are served after the others and a few in a turn: they delay each other.
/// </summary>
/// <param name="memory">The memory of the connections.</param>
internal sealed class TurnScheduler(BlockPool memory)
{
    private readonly Queue<ClientConnection> _queue = [];
    private readonly Queue<ClientConnection> _demanding = [];
    private readonly List<ClientConnection> _chosen =
        new(ServerLimits.ConnectionsPerTurn + ServerLimits.DemandingPerTurn);
    private int _maximumBlocks;
    private int _demandingLeft;
    private bool _hasReleased;

    /// <summary>Whether a connection has work that no event will announce.</summary>
    internal bool HasWork => _queue.Count + _demanding.Count > 0;

    /// <summary>The connections chosen in the present turn so far.</summary>
    internal List<ClientConnection> Chosen => _chosen;

    /// <summary>Allocates the queues for a number of connections, so that <see cref="Enqueue"/> does not.</summary>
    internal void EnsureCapacity(int connections)
    {
        _queue.EnsureCapacity(connections);
        _demanding.EnsureCapacity(connections);
    }

    /// <summary>Queues a connection for the next turn, once.</summary>
    internal void Enqueue(ClientConnection connection)
    {
        if (!connection.IsQueued)
        {
            connection.IsQueued = true;
            (connection.IsDemanding ? _demanding : _queue).Enqueue(connection);
        }
    }

    /// <summary>Queues a connection whose reply was held and can be written.</summary>
    internal void EnqueueReleased(ClientConnection connection)
    {
        _hasReleased = true;
        Enqueue(connection);
    }

    /// <summary>Whether there were such connections since the last call.</summary>
    internal bool TakeReleased()
    {
        bool hasReleased = _hasReleased;
        _hasReleased = false;
        return hasReleased;
    }

    /// <summary>Begins a turn: no connection is chosen, and the complete share of memory is available.</summary>
    internal void BeginTurn()
    {
        _chosen.Clear();
        _maximumBlocks = memory.UsedBlocks + ServerLimits.BlocksPerTurn;
        _demandingLeft = ServerLimits.DemandingPerTurn;
    }

    /// <summary>Chooses the next connection of this turn; false when the turn's share is used up.</summary>
    internal bool TryChoose(out ClientConnection? connection)
    {
        connection = null;
        bool hasShare = memory.UsedBlocks < _maximumBlocks
            && (_chosen.Count == 0 || memory.Pressure < BlockPressure.Exhausted);
        if (!hasShare || !(TryDequeue(out connection) || TryDequeueDemanding(out connection)))
        {
            return false;
        }

        connection!.IsQueued = false;
        _chosen.Add(connection);
        return true;
    }

    private bool TryDequeue(out ClientConnection? connection)
    {
        connection = null;
        return _chosen.Count < ServerLimits.ConnectionsPerTurn && _queue.TryDequeue(out connection);
    }

    private bool TryDequeueDemanding(out ClientConnection? connection)
    {
        connection = null;
        return --_demandingLeft >= 0 && _demanding.TryDequeue(out connection);
    }
}
