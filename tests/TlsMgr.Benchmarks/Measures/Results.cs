using System.Collections.Generic;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>The figures of a run.</summary>
/// <param name="Ours">The build that is measured.</param>
/// <param name="Baseline">The build of an earlier commit.</param>
/// <param name="Servers">All servers, in the order of the tables.</param>
/// <param name="Throughput">Every verb under load.</param>
/// <param name="SystemCalls">System calls per request.</param>
/// <param name="FirstReplies">Milliseconds from exec to the first seed.</param>
/// <param name="FirstRepliesWithCaches">The same with the sessions of the previous process.</param>
/// <param name="Counting">Nanoseconds of counting per lookup.</param>
/// <param name="Memories">Memory of the daemons.</param>
/// <param name="LargeSessions">Sessions of 1 MiB beside others, of this build and the baseline.</param>
/// <param name="Floods">Lookups beside clients that flood, of this build and the baseline.</param>
/// <param name="FullCaches">Updates in a cache at its size limit, of this build and the baseline.</param>
/// <param name="MillionSessions">
/// Lookups and the sweep in a large cache, of this build and the baseline; empty in a quick run.
/// </param>
/// <param name="Pool">What a pool costs this build.</param>
/// <param name="Shared">Sessions that hosts with this build share.</param>
/// <param name="Starts">Starts of this build with the sessions of its previous process.</param>
internal sealed record Results(
    ServerDefinition Ours,
    ServerDefinition Baseline,
    IReadOnlyList<ServerDefinition> Servers,
    Throughput Throughput,
    IReadOnlyDictionary<(ServerDefinition Server, string Verb), double> SystemCalls,
    IReadOnlyDictionary<ServerDefinition, Series> FirstReplies,
    IReadOnlyDictionary<ServerDefinition, Series> FirstRepliesWithCaches,
    Series Counting,
    IReadOnlyDictionary<ServerDefinition, Memory> Memories,
    IReadOnlyDictionary<ServerDefinition, LargeSessions> LargeSessions,
    IReadOnlyDictionary<ServerDefinition, Flood> Floods,
    IReadOnlyDictionary<ServerDefinition, FullCache> FullCaches,
    IReadOnlyDictionary<ServerDefinition, MillionSessions> MillionSessions,
    PoolCost Pool,
    SharedSessions Shared,
    Starts Starts)
{
    /// <summary>Lookups in a cache that grows, of this build and the baseline.</summary>
    internal Growth Growth { get; init; } = Growth.None;
}
