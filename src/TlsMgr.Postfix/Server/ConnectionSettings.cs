using System;

namespace TlsMgr.Postfix.Server;

/// <summary>The settings of the connections of one service.</summary>
/// <param name="Peer">The name of a client in the log: <c>tlsmgr socket</c>.</param>
/// <param name="Timeout">The time limit for a client to finish a request, and to read replies.</param>
public sealed record ConnectionSettings(string Peer, TimeSpan Timeout)
{
    /// <summary>Messages that are served for one connection in one turn.</summary>
    public int MessagesPerTurn { get; init; } = ServerLimits.MessagesPerTurn;

    /// <summary>Whether a request is served whose client disconnected before the reply.</summary>
    public bool ServesDisconnectedClients { get; init; } = true;

    /// <summary>Connections that are allocated together, the first ones at the start.</summary>
    public int BatchSize { get; init; } = ServerLimits.ConnectionBatchSize;
}
