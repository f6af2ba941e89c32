// The service on the control socket, beside that of the clients and in the same loop: few connections, and one request
// of each in a turn, so that it is never in the way. Connections that nobody uses must never keep an administrator out.

using System;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>A service for the administrator.</summary>
/// <param name="Socket">Where it listens.</param>
/// <param name="Service">Who answers. Each request must be a short step: well below a millisecond.</param>
/// <param name="Peer">What a client of it is called in the log: <c>tlsmgr control socket</c>.</param>
public sealed record ControlService(ControlSocket Socket, IRequestService Service, string Peer)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(Limits.ControlTimeoutSeconds);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(Limits.ControlIdleSeconds);

    /// <summary>Begins to accept.</summary>
    internal ConnectionTable Start(EventLoop loop, TimeProvider clock, Log log, HeapReserve reserve)
    {
        // Who was told that there is no answer does not expect the request to be carried out later.
        ConnectionSettings settings = new(Peer, Timeout)
        {
            MessagesPerTurn = Limits.ControlMessagesPerTurn,
            MadeTogether = Limits.ControlConnections + 1, // one to be refused
            ServesTheGone = false,
        };
        ConnectionTable table = new(loop, Service, clock, log, settings, new ConnectionCounters(), reserve);
        _ = new ClientListener(
            Socket.Descriptor, loop, table, clock, log,
            client => Socket.Admits(client) && (table.Count < Limits.ControlConnections || table.CloseIdle(Idle)));
        return table;
    }
}
