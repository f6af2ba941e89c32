// Connections that no client has: made before a client is accepted, some at a time, and kept when their client has
// left. So as many clients as there once were need no memory; more are made only if there is more than they need.

using System;
using System.Collections.Generic;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>The connections of a table that are not in use.</summary>
internal sealed class ConnectionPool
{
    private readonly Stack<ClientConnection> _spare = [];
    private readonly Func<ClientConnection> _make;
    private readonly CollectorReserve _reserve;
    private readonly int _madeTogether;
    private int _made;

    /// <summary>Makes the first ones, come what may.</summary>
    /// <param name="make">Makes one.</param>
    /// <param name="reserve">Held for them.</param>
    /// <param name="batchSize">How many are made at a time.</param>
    internal ConnectionPool(Func<ClientConnection> make, CollectorReserve reserve, int batchSize)
    {
        _make = make;
        _reserve = reserve;
        _madeTogether = batchSize;
        MakeSome();
    }

    /// <summary>Whether there is one, or some could be made now.</summary>
    internal bool Provide()
    {
        if (_spare.Count == 0 && _reserve.TryGrow((long)ServerLimits.ConnectionReserveBytes * _madeTogether))
        {
            MakeSome();
        }

        return _spare.Count > 0;
    }

    /// <summary>Takes one, after <see cref="Provide"/> has said that there is one.</summary>
    internal ClientConnection Take() => _spare.Pop();

    /// <summary>
    /// Keeps one that is closed and that nothing knows any more, unless it has become large or something went wrong.
    /// </summary>
    internal void PutBack(ClientConnection connection)
    {
        if (connection.IsPoisoned || connection.Conversation.HasGrown)
        {
            _made--;
        }
        else
        {
            _spare.Push(connection);
        }
    }

    private void MakeSome()
    {
        _made += _madeTogether;
        _spare.EnsureCapacity(_made);
        while (_spare.Count < _madeTogether)
        {
            _spare.Push(_make());
        }
    }
}
