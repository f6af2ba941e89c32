// Connections without a client: allocated in batches before a client is accepted, and kept after their client
// disconnected, as many as are in use and two batches. Another batch is allocated only if the collector's reserve
// covers it.
// Invariant: the reserve covers the connections that exist beyond the first batch, and at most one batch more.

using System;
using System.Collections.Generic;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>The pool of unused connections of one service.</summary>
internal sealed class UnusedConnections
{
    private const int KeptBatches = 2;

    private readonly Stack<ClientConnection> _unused = [];
    private readonly Func<ClientConnection> _allocate;
    private readonly CollectorReserve _reserve;
    private readonly int _batchSize;

    /// <summary>The number of existing connections, in use or not.</summary>
    private int _total;

    /// <summary>The number of connections for which the reserve was enlarged.</summary>
    private int _covered;

    /// <summary>Allocates the first batch, even if the reserve cannot grow.</summary>
    /// <param name="allocate">Allocates a connection.</param>
    /// <param name="reserve">Covers each further batch.</param>
    /// <param name="batchSize">The number of connections that are allocated together.</param>
    internal UnusedConnections(Func<ClientConnection> allocate, CollectorReserve reserve, int batchSize)
    {
        _allocate = allocate;
        _reserve = reserve;
        _batchSize = batchSize;
        AllocateBatch();
    }

    /// <summary>The number of existing connections, in use or not.</summary>
    internal int Total => _total;

    /// <summary>Whether a connection is available, if necessary after the allocation of a batch.</summary>
    internal bool TryProvide()
    {
        if (_unused.Count == 0 && TryCoverBatch())
        {
            AllocateBatch();
        }

        return _unused.Count > 0;
    }

    /// <summary>Takes a connection, after <see cref="TryProvide"/> returned true.</summary>
    internal ClientConnection Rent() => _unused.Pop();

    /// <summary>
    /// Returns a closed connection without references. It is kept unless it has grown or is poisoned; when too many are
    /// unused, a batch of them is dropped.
    /// </summary>
    internal void Return(ClientConnection connection)
    {
        if (connection.IsPoisoned || connection.Conversation.HasGrown)
        {
            Dropped(1);
            return;
        }

        _unused.Push(connection);
        int used = _total - _unused.Count;
        if (_unused.Count > used + (KeptBatches * _batchSize))
        {
            for (int i = 0; i < _batchSize; i++)
            {
                _unused.Pop();
            }

            Dropped(_batchSize);
        }
    }

    /// <summary>The reserve shrinks in batches, as it grows: few system calls, whatever the clients do.</summary>
    private void Dropped(int count)
    {
        _total -= count;
        while (_covered >= _batchSize && _covered >= _total)
        {
            _covered -= _batchSize;
            _reserve.Shrink(BatchReserveBytes);
        }
    }

    private long BatchReserveBytes => (long)ServerLimits.ConnectionReserveBytes * _batchSize;

    /// <summary>
    /// Whether there is memory for another batch, and the reserve covers it: the first batch needs no cover.
    /// </summary>
    private bool TryCoverBatch()
    {
        int missing = _total > _covered ? _batchSize : 0;
        if (!_reserve.TryGrow((long)ServerLimits.ConnectionReserveBytes * missing))
        {
            return false;
        }

        _covered += missing;
        return true;
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
