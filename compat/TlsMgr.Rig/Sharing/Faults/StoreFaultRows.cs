using System;
using System.Collections.Generic;
using TlsMgr.Rig.Sharing.Servers;

namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>Rows for what only several servers have.</summary>
internal static class StoreFaultRows
{
    /// <summary>Another primary is used within this time: the design's promise.</summary>
    private static readonly TimeSpan FailoverTime = TimeSpan.FromSeconds(5);

    /// <summary>The rows of a kind of store; none for a single server.</summary>
    internal static IEnumerable<FaultRow> Of(ISharedStore store) => store switch
    {
        ServerCluster cluster => [LostNode(cluster)],
        ServerTrio trio => [LostPrimary(trio), ReplacedPrimary(trio)],
        _ => [],
    };

    // The others go on with their part of the keys: two thirds of the sessions are found.
    private static FaultRow LostNode(ServerCluster cluster) =>
        new($"{cluster.Name}: a node is lost", cluster.Servers[1].Kill, cluster.Servers[1].Start)
        {
            WorksWithin = FailoverTime,
            IsHarmless = true,
        };

    private static FaultRow LostPrimary(ServerTrio trio) =>
        new($"{trio.Name}: the primary is lost, and another one is used within 5 s", trio.FailOver, trio.Revive)
        {
            WorksWithin = FailoverTime,
        };

    private static FaultRow ReplacedPrimary(ServerTrio trio) =>
        new(
            $"{trio.Name}: the primary becomes a replica, and another one is used within 5 s", trio.Replace,
            static () => { })
        {
            WorksWithin = FailoverTime,
            IsSilent = true,
        };
}
