// Connections without a client: allocated in batches before a client is accepted, and kept after their client
// disconnected. Clients up to the previous maximum number need no further memory; another batch is allocated only if
// the collector's reserve can grow by as much.

using System;
using System.Collections.Generic;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>The pool of unused connections of one service.</summary>
internal sealed class ConnectionPool
{
    private readonly Stack<ClientConnection> _unused = [];
    private readonly Func<ClientConnection> _allocate;
    private readonly CollectorReserve _reserve;
    private readonly int _batchSize;

    /// <summary>The number of existing connections, in use or not.</summary>
    private int _total;

    /// <summary>Allocates the first batch, even if the reserve cannot grow.</summary>
    /// <param name="allocate">Allocates a connection.</param>
    /// <param name="reserve">Grows with each further batch.</param>
    /// <param name="batchSize">The number of connections that are allocated together.</param>
    internal ConnectionPool(Func<ClientConnection> allocate, CollectorReserve reserve, int batchSize)
    {
        _allocate = allocate;
        _reserve = reserve;
        _batchSize = batchSize;
        AllocateBatch();
    }

    /// <summary>Whether a connection is available, if necessary after the allocation of a batch.</summary>
    internal bool TryProvide()
    {
        if (_unused.Count == 0 && _reserve.TryGrow((long)ServerLimits.ConnectionReserveBytes * _batchSize))
        {
            AllocateBatch();
        }

        return _unused.Count > 0;
    }

    /// <summary>Takes a connection, after <see cref="TryProvide"/> returned true.</summary>
    internal ClientConnection Rent() => _unused.Pop();

    /// <summary>
    /// Returns a closed connection without references, which is kept unless it has grown or is poisoned.
    /// </summary>
    internal void Return(ClientConnection connection)
    {
        if (connection.IsPoisoned || connection.Conversation.HasGrown)
        {
            _total--;
        }
        else
        {
            _unused.Push(connection);
        }
    }

    private void AllocateBatch()
    {
        _total += _batchSize;
        _unused.EnsureCapacity(_total);
        while (_unused.Count < _batchSize)
        {
            _unused.Push(_allocate());
        }
    }
}
