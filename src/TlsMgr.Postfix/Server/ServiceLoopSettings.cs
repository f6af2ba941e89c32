using System;

namespace TlsMgr.Postfix.Server;

/// <summary>The service and the parameters of a service loop.</summary>
/// <param name="Service">Serves requests.</param>
/// <param name="Background">
/// Runs a bounded step of background work; returns whether there is more, for which the loop does not wait.
/// </param>
/// <param name="Peer">The name of a client in the log: <c>tlsmgr socket</c>.</param>
/// <param name="Generation">GENERATION in the environment from master.</param>
/// <param name="ListenerCount">The number of listen sockets from master.</param>
/// <param name="ClientTimeout">
/// ipc_timeout: the time limit for a client to finish a request, and to read replies.
/// </param>
/// <param name="Control">The service on the control socket, or null.</param>
public sealed record ServiceLoopSettings(
    IRequestService Service, Func<bool> Background, string Peer, uint Generation, int ListenerCount,
    TimeSpan ClientTimeout, ControlService? Control)
{
    /// <summary>Called at the end, before the clients are disconnected: completes the replies that are held.</summary>
    public Action Ending { get; init; } = static () => { };
}
