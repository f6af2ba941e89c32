using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>Counts the system calls of a server, in a run of its own because tracing slows the server down.</summary>
internal static class SystemCalls
{
    private const int Milliseconds = 300;

    /// <summary>System calls per request of a verb, with 16 connections.</summary>
    internal static double Measure(BenchmarkServer server, string verb)
    {
        using SystemCallCounter counter = new(server.ProcessId);
        LoadResult result = LoadGenerator.Run(server, new LoadProfile(verb, 16, Milliseconds));
        return counter.Stop().Total / result.Requests;
    }
}
