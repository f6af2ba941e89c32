// Everything that one run measured.

using System.Collections.Generic;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>The figures of a run.</summary>
/// <param name="Servers">The servers, this daemon first.</param>
/// <param name="Throughput">Every verb under load.</param>
/// <param name="SystemCalls">System calls per request.</param>
/// <param name="FirstAnswers">Milliseconds from exec to the first seed.</param>
/// <param name="FirstAnswersWithCaches">The same with sessions that the daemon before has left.</param>
/// <param name="Counting">Nanoseconds of counting per lookup.</param>
/// <param name="Memories">Memory of the daemons.</param>
/// <param name="LargeSessions">Sessions of 1 MiB beside others.</param>
/// <param name="FullCache">Stores in a cache at its limit.</param>
/// <param name="MillionSessions">Lookups and the sweep in a large cache; null in a quick run.</param>
internal sealed record Results(
    IReadOnlyList<ServerDefinition> Servers,
    Throughput Throughput,
    IReadOnlyDictionary<(ServerDefinition, string Verb), double> SystemCalls,
    IReadOnlyDictionary<ServerDefinition, Series> FirstAnswers,
    IReadOnlyDictionary<ServerDefinition, Series> FirstAnswersWithCaches,
    Series Counting,
    IReadOnlyDictionary<ServerDefinition, Memory> Memories,
    LargeSessions LargeSessions,
    FullCache FullCache,
    MillionSessions? MillionSessions);
