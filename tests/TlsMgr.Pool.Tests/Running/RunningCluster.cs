using System.Globalization;
using System.Linq;
using TlsMgr.Testing;

namespace TlsMgr.Pool.Tests.Running;

/// <summary>Makes a cluster of servers that have the mode enabled.</summary>
internal static class RunningCluster
{
    private const int Slots = 16384;

    /// <summary>Divides the slots among the nodes, introduces them, and waits until each finds all slots.</summary>
    internal static void Join(RedisServer[] nodes)
    {
        for (int i = 0; i < nodes.Length; i++)
        {
            string first = (Slots * i / nodes.Length).ToString(CultureInfo.InvariantCulture);
            string last = ((Slots * (i + 1) / nodes.Length) - 1).ToString(CultureInfo.InvariantCulture);
            nodes[i].Ask("CLUSTER", "ADDSLOTSRANGE", first, last);
            nodes[i].Ask("CLUSTER", "SET-CONFIG-EPOCH", (i + 1).ToString(CultureInfo.InvariantCulture));
        }

        foreach (RedisServer node in nodes.Skip(1))
        {
            nodes[0].Ask("CLUSTER", "MEET", "127.0.0.1", node.Port.ToString(CultureInfo.InvariantCulture));
        }

        foreach (RedisServer node in nodes)
        {
            node.AwaitReply("cluster_state:ok", "CLUSTER", "INFO");
            node.AwaitReply("cluster_slots_ok:16384", "CLUSTER", "INFO");
        }
    }
}
