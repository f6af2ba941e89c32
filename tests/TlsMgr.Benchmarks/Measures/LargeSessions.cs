// Whether one client with sessions of 1 MiB holds up the others.

using System.Collections.Generic;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>
/// The slowest lookup of 16 clients in each round, in milliseconds: alone, and beside one client that stores sessions
/// of 1 MiB.
/// </summary>
internal sealed record LargeSessions(Series SlowestAlone, Series SlowestBeside, Series StoredPerSecond)
{
    private const int LookupMilliseconds = 500;
    private const int StoreMilliseconds = 600;

    internal static LargeSessions Measure(BenchmarkServer server, int rounds)
    {
        LoadOrder lookups = new(Verbs.Lookup, 16, LookupMilliseconds);
        LoadOrder stores = new(Verbs.Update, 1, StoreMilliseconds)
        {
            Keys = 16,
            SessionBytes = 1024 * 1024,
            Cache = "smtp",
        };
        List<double> alone = [];
        List<double> beside = [];
        List<double> stored = [];
        for (int round = 0; round < rounds; round++)
        {
            alone.Add(LoadGenerator.Run(server, lookups).Slowest / 1000);
            using LoadGenerator storing = LoadGenerator.Start(server, stores);
            beside.Add(LoadGenerator.Run(server, lookups).Slowest / 1000);
            stored.Add(storing.Finish().RequestsPerSecond);
        }

        return new LargeSessions(new Series(alone), new Series(beside), new Series(stored));
    }
}
