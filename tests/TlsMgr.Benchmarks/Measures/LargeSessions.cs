// Whether one client with sessions of 1 MiB holds up the others.

using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>The slowest lookup of 16 clients, in milliseconds: alone, and beside one that stores sessions of 1 MiB.</summary>
internal sealed record LargeSessions(double SlowestAlone, double SlowestBeside, double StoredPerSecond)
{
    private const int Milliseconds = 2000;

    internal static LargeSessions Measure(BenchmarkServer server)
    {
        LoadOrder lookups = new(Verbs.Lookup, 16, Milliseconds);
        LoadOrder stores = new(Verbs.Update, 1, Milliseconds) { Keys = 16, SessionBytes = 1024 * 1024, Cache = "smtp" };
        LoadResult alone = LoadGenerator.Run(server, lookups);
        using LoadGenerator storing = LoadGenerator.Start(server, stores);
        LoadResult beside = LoadGenerator.Run(server, lookups);
        return new LargeSessions(alone.Slowest / 1000, beside.Slowest / 1000, storing.Finish().RequestsPerSecond);
    }
}
