// The service on the control socket, beside that of the clients and in the same loop: few connections, and one request
// of each in a turn, so that it is never in the way. Connections that nobody uses must never keep an administrator out.

using System;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>A service for the administrator.</summary>
/// <param name="Socket">Where it listens.</param>
/// <param name="Service">Who answers. Each request must be a short step: well below a millisecond.</param>
/// <param name="Peer">What a client of it is called in the log: <c>tlsmgr control socket</c>.</param>
public sealed record ControlService(ControlSocket Socket, IRequestService Service, string Peer)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(ServerLimits.ControlTimeoutSeconds);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(ServerLimits.ControlIdleSeconds);

    /// <summary>Begins to accept.</summary>
    internal ClientConnections Start(EventLoop loop, TimeProvider clock, Log log, CollectorReserve reserve)
    {
        // A client that gave up does not expect its request to be carried out later.
        ConnectionSettings settings = new(Peer, Timeout)
        {
            MessagesPerTurn = ServerLimits.ControlMessagesPerTurn,
            BatchSize = ServerLimits.ControlConnections + 1, // one to be refused
            ServesDisconnectedClients = false,
        };
        ClientConnections connections = new(
            loop, Service, clock, log, settings, new ConnectionCounters(), reserve);
        _ = new ClientListener(
            Socket.Descriptor, loop, connections, clock, log,
            client => Socket.Admits(client) && (
                connections.Count < ServerLimits.ControlConnections || connections.CloseIdle(Idle)));
        return connections;
    }
}
