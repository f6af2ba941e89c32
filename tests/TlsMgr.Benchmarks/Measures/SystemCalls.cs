// System calls per request, counted in a run of its own: tracing slows a server down.

using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>Counts what a server asks of the kernel.</summary>
internal static class SystemCalls
{
    private const int Milliseconds = 300;

    /// <summary>System calls per request of a verb, with 16 connections.</summary>
    internal static double Measure(BenchmarkServer server, string verb)
    {
        using SystemCallCounter counter = new(server.ProcessId);
        LoadResult result = LoadGenerator.Run(server, new LoadOrder(verb, 16, Milliseconds));
        return counter.Stop().Total / result.Requests;
    }
}
