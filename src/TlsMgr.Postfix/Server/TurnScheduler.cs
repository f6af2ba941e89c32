using System.Collections.Generic;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>
/// The queue of connections with work. A turn serves them in order of arrival until its share of connections or of
/// memory is used up; the others wait for the next turn.
/// </summary>
/// <param name="memory">The memory of the connections.</param>
internal sealed class TurnScheduler(BlockPool memory)
{
    private readonly Queue<ClientConnection> _queue = [];
    private readonly List<ClientConnection> _chosen = new(ServerLimits.ConnectionsPerTurn);
    private int _maximumBlocks;
    private bool _hasReleased;

    /// <summary>Whether a connection has work that no event will announce.</summary>
    internal bool HasWork => _queue.Count > 0;

    /// <summary>The connections chosen in the present turn so far.</summary>
    internal List<ClientConnection> Chosen => _chosen;

    /// <summary>Allocates the queue for a number of connections, so that <see cref="Enqueue"/> does not.</summary>
    internal void EnsureCapacity(int connections) => _queue.EnsureCapacity(connections);

    /// <summary>Queues a connection for the next turn, once.</summary>
    internal void Enqueue(ClientConnection connection)
    {
        if (!connection.IsQueued)
        {
            connection.IsQueued = true;
            _queue.Enqueue(connection);
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
    }

    /// <summary>Chooses the next connection of this turn; false when the turn's share is used up.</summary>
    internal bool TryChoose(out ClientConnection? connection)
    {
        connection = null;
        bool hasShare = _chosen.Count < ServerLimits.ConnectionsPerTurn && memory.UsedBlocks < _maximumBlocks
            && (_chosen.Count == 0 || memory.Pressure < BlockPressure.Exhausted);
        if (!hasShare || !_queue.TryDequeue(out connection))
        {
            return false;
        }

        connection.IsQueued = false;
        _chosen.Add(connection);
        return true;
    }
}
