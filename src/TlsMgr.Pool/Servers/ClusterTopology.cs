// Who owns which slots of a cluster, as a living node says. The library refreshes its own view when a connection fails,
// which is before another node takes over; refreshed on demand, it fails requests to all nodes for a second. So it is
// made to only when the owners have changed.

using System;
using System.Linq;
using System.Threading.Tasks;
using StackExchange.Redis;

namespace TlsMgr.Pool.Servers;

/// <summary>Follows the owners of slots, and which of them are lost. Used by the watch only.</summary>
internal sealed class ClusterTopology
{
    private const int FirstSlots = 8;

    private string? _owners;
    private int _turn;
    private Task _refreshing = Task.CompletedTask;

    /// <summary>
    /// Asks a living node while something is wrong, finds the slots of lost nodes, and refreshes the library's view
    /// when the owners have changed.
    /// </summary>
    /// <param name="cluster">The probe of the cluster.</param>
    internal async Task FollowAsync(ServerProbe cluster)
    {
        if (cluster.Link.Multiplexer is not { } multiplexer || !_refreshing.IsCompleted)
        {
            return;
        }

        IServer[] nodes = multiplexer.GetServers();
        bool isSound = cluster.Last.Fault is null && Array.TrueForAll(nodes, static node => node.IsConnected);
        IServer[] connected = Array.FindAll(nodes, static node => node.IsConnected);
        if ((_owners is not null && isSound) || connected.Length == 0)
        {
            return;
        }

        // By turns: a node that is stopped is connected, and does not reply.
        IServer living = connected[++_turn % connected.Length];

        try
        {
            string reply = await cluster.BoundAsync(living.ClusterNodesRawAsync()).ConfigureAwait(false) ?? "";
            cluster.Lost = LostSlots.Find(
                reply, place => Array.Exists(nodes, node => node.EndPoint.Equals(place) && !node.IsConnected));
            string owners = Describe(reply);
            if (_owners is not null && owners != _owners)
            {
                _refreshing = RefreshAsync(multiplexer);
            }

            _owners = owners;
        }
        catch (Exception fault) when (ServerFault.IsExpected(fault))
        {
            // Asked again in the next turn; the probes say what does not work.
            return;
        }
    }

    /// <summary>The nodes that own slots, with them, from the reply to CLUSTER NODES.</summary>
    /// <param name="nodes">
    /// A line for each node: id, address, flags, primary, two times, epoch, state, and the slots of a primary.
    /// </param>
    internal static string Describe(string nodes) => string.Join('\n', nodes
        .Split('\n').Select(static line => line.Split(' ')).Where(static fields => fields.Length > FirstSlots)
        .Select(static fields => $"{fields[1]} {string.Join(' ', fields[FirstSlots..])}")
        .Order(StringComparer.Ordinal));

    private static async Task RefreshAsync(ConnectionMultiplexer multiplexer)
    {
        try
        {
            await multiplexer.ConfigureAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (ServerFault.IsExpected(fault))
        {
            // The probes say whether it helped.
            return;
        }
    }
}
