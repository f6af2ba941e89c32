// Whether clients with sessions of 1 MiB hold up the others.

using System.Collections.Generic;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>
/// The slowest lookup of 16 clients in each round, in milliseconds: alone, beside one client that stores sessions of
/// 1 MiB, and beside 16 that look them up.
/// </summary>
internal sealed record LargeSessions(
    Series SlowestAlone, Series SlowestBeside, Series StoredPerSecond, Series SlowestBesideReaders,
    Series ReadPerSecond)
{
    private const int LookupMilliseconds = 500;
    private const int OthersMilliseconds = 600;
    private const int LargeKeys = 16;
    private const string LargeCache = "smtp";

    internal const int Readers = 16;

    internal static LargeSessions Measure(BenchmarkServer server, int rounds)
    {
        LoadOrder lookups = new(Verbs.Lookup, 16, LookupMilliseconds);
        LoadOrder stores = new(Verbs.Update, 1, OthersMilliseconds)
        {
            Keys = LargeKeys,
            SessionBytes = 1024 * 1024,
            Cache = LargeCache,
        };
        LoadOrder reads = stores with { Verb = Verbs.Lookup, Connections = Readers };
        LoadGenerator.Run(server, stores with { Verb = Verbs.Fill });
        List<double> alone = [];
        List<double> besideStores = [];
        List<double> stored = [];
        List<double> besideReads = [];
        List<double> read = [];
        for (int round = 0; round < rounds; round++)
        {
            alone.Add(LoadGenerator.Run(server, lookups).Slowest / 1000);
            Beside(stores, besideStores, stored);
            Beside(reads, besideReads, read);
        }

        return new LargeSessions(
            new Series(alone), new Series(besideStores), new Series(stored), new Series(besideReads), new Series(read));

        void Beside(LoadOrder others, List<double> slowest, List<double> perSecond)
        {
            using LoadGenerator load = LoadGenerator.Start(server, others);
            slowest.Add(LoadGenerator.Run(server, lookups).Slowest / 1000);
            perSecond.Add(load.Finish().RequestsPerSecond);
        }
    }
}
