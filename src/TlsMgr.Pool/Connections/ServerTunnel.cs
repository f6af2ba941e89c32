using System.Net;
using System.Threading;
using System.Threading.Tasks;
using RESPite.Transports;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace TlsMgr.Pool.Connections;

/// <summary>
/// Has the library use connections that the event loop serves, in place of .NET's sockets: requests are sent, and
/// replies are parsed, by the thread that needs them. By itself, the library sends with a thread of the pool, and
/// .NET receives with one of its own; to wake both took longer than all the rest.
/// </summary>
/// <param name="queue">Carries calls to the event loop.</param>
internal sealed class ServerTunnel(LoopQueue queue) : Tunnel
{
    /// <summary>What a connection receives, for one call.</summary>
    private readonly byte[] _input = new byte[ConnectionLimits.InputBytes];

    /// <inheritdoc/>
    public override async ValueTask<DuplexTransport?> ConnectTransportAsync(
        EndPoint endpoint, ConnectionType connectionType, TlsOptions tls, CancellationToken cancellationToken)
    {
        ServerTransport transport = new(queue, endpoint, _input);
        await transport.ConnectAsync().ConfigureAwait(false);
        return transport;
    }
}
