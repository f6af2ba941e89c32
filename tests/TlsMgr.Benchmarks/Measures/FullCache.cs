// Whether a store takes longer when an old session has to go for it.

using System.Collections.Generic;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>
/// Stores per second of 16 clients: in a cache that is at its limit, and in one of the same size that is not.
/// </summary>
internal sealed record FullCache(Series StoresAtLimit, Series StoresBelow)
{
    private const int Connections = 16;
    private const int SizeLimitBytes = 16 * 1024 * 1024;

    /// <summary>Far more sessions than have room.</summary>
    private const int KeysAtLimit = 100_000;

    /// <summary>About as many as have room.</summary>
    private const int KeysBelow = 5_000;

    internal static FullCache Measure(ServerDefinition definition, Plan plan)
    {
        using BenchmarkServer server = new(
            definition, isOnDisk: false, $"smtpd_tls_session_cache_size_limit = {SizeLimitBytes}");
        FirstAnswer.Await(server);
        LoadOrder full = new(Verbs.Update, Connections, plan.MeasurementMilliseconds) { Keys = KeysAtLimit };
        LoadOrder below = full with { Keys = KeysBelow, Cache = "smtp" };
        LoadGenerator.Fill(server, KeysAtLimit);
        LoadGenerator.Fill(server, KeysBelow, below.Cache);
        List<double> atLimit = [];
        List<double> usual = [];
        for (int round = 0; round < plan.Rounds; round++)
        {
            atLimit.Add(LoadGenerator.Run(server, full).RequestsPerSecond);
            usual.Add(LoadGenerator.Run(server, below).RequestsPerSecond);
        }

        server.End();
        return new FullCache(new Series(atLimit), new Series(usual));
    }
}
