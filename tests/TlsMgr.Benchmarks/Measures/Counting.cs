using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using TlsMgr.Postfix.Server;
using TlsMgr.Statistics;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>The cost of the counters: the counter calls of a lookup, in a loop in this process.</summary>
internal static class Counting
{
    private const int Requests = 1_000_000;

    /// <summary>The time is counted once a turn. With 16 connections a turn serves at least so many requests.</summary>
    private const int RequestsPerTurn = 8;

    /// <summary>Nanoseconds per lookup, once per round.</summary>
    internal static Series Measure(int rounds)
    {
        ServiceCounters service = new();
        CounterSet<CacheEvent> cache = new();
        ConnectionCounters connections = new();
        List<double> nanoseconds = [];
        CountLookups(service, cache, connections);
        for (int round = 0; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            CountLookups(service, cache, connections);
            nanoseconds.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / Requests);
        }

        return new Series(nanoseconds);
    }

    /// <summary>Compiled once and optimised, as the published binary is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CountLookups(
        ServiceCounters service, CounterSet<CacheEvent> cache, ConnectionCounters connections)
    {
        TimeProvider clock = TimeProvider.System;
        long turn = clock.GetTimestamp();
        for (int i = 0; i < Requests; i++)
        {
            service.Requests.Count(RequestVerb.Lookup);
            cache.Count(CacheEvent.Lookups);
            cache.Count(CacheEvent.Hits);
            if (i % RequestsPerTurn == 0)
            {
                connections.Served(clock.GetElapsedTime(turn), RequestsPerTurn);
            }
        }
    }
}
