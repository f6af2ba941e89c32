// The service on the control socket, in the event loop of the clients: few connections, and one request of each per
// turn, so that it does not delay the clients.
// Invariant: idle connections do not lock an administrator out; the longest idle one is closed for a new one. Busy ones
// of mail_owner do not lock root out: one connection more is kept for root.

using System;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Memory;

namespace TlsMgr.Postfix.Server;

/// <summary>The service for administrators.</summary>
/// <param name="Socket">The listen socket.</param>
/// <param name="Service">Serves the requests. Each must be a short step, well below a millisecond.</param>
/// <param name="Peer">The name of a client in the log: <c>tlsmgr control socket</c>.</param>
public sealed record ControlService(ControlSocket Socket, IRequestService Service, string Peer)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(ServerLimits.ControlTimeoutSeconds);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(ServerLimits.ControlIdleSeconds);

    /// <summary>Starts to accept.</summary>
    internal ClientConnections Start(EventLoop loop, TimeProvider clock, Log log, CollectorReserve reserve)
    {
        // The administrator who disconnected gave up: a request that was not served yet is dropped.
        ConnectionSettings settings = new(Peer, Timeout)
        {
            MessagesPerTurn = ServerLimits.ControlMessagesPerTurn,
            BatchSize = ServerLimits.ControlConnections + 2, // one for root, one for a client that is refused
            ServesDisconnectedClients = false,
        };
        ClientConnections connections = new(
            loop, Service, clock, log, settings, new ConnectionCounters(), reserve);
        _ = new ClientListener(
            Socket.Descriptor, loop, connections, clock, log,
            client => Socket.Admits(client, out bool isRoot) && HasPlace(connections, isRoot));
        return connections;
    }

    private static bool HasPlace(ClientConnections connections, bool isRoot) =>
        connections.Count < ServerLimits.ControlConnections + (isRoot ? 1 : 0) || connections.CloseIdle(Idle);
}
