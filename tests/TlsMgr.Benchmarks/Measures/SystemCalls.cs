// System calls per request, counted by strace(1) in a run of its own: tracing slows a server down.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>Counts what a server asks of the kernel.</summary>
internal static class SystemCalls
{
    private const string Tracer = "/usr/bin/strace";
    private const int InterruptSignal = 2;
    private const int Milliseconds = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>System calls per request of a verb, with 16 connections.</summary>
    internal static double Measure(BenchmarkServer server, string verb)
    {
        string summary = Path.GetTempFileName();
        try
        {
            SpawnedProcess tracer = Trace(server.ProcessId, summary);
            LoadResult result = LoadGenerator.Run(server, new LoadOrder(verb, 16, Milliseconds));
            tracer.Signal(InterruptSignal);
            _ = tracer.WaitForExit(Patience) ?? throw new BenchmarkException($"{Tracer} does not end");
            return CountOf(File.ReadLines(summary)) / result.Requests;
        }
        finally
        {
            File.Delete(summary);
        }
    }

    private static SpawnedProcess Trace(int processId, string summary)
    {
        string process = processId.ToString(CultureInfo.InvariantCulture);
        using FileStream nothing = new("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        int descriptor = (int)nothing.SafeFileHandle.DangerousGetHandle();
        SpawnedProcess tracer = SpawnedProcess.Start(
            Tracer, ["strace", "-f", "-c", "--summary-columns=calls,name", "-o", summary, "-p", process],
            new Dictionary<string, string>(), "/", new Dictionary<int, int> { [1] = descriptor, [2] = descriptor });
        DateTime deadline = DateTime.UtcNow + Patience;
        while (!Directory.GetDirectories($"/proc/{process}/task").All(IsTraced))
        {
            if (DateTime.UtcNow > deadline)
            {
                throw new BenchmarkException($"{Tracer} does not attach to {process}");
            }

            Thread.Yield();
        }

        return tracer;
    }

    private static bool IsTraced(string thread) => !File.ReadLines($"{thread}/status").Contains("TracerPid:\t0");

    // The last line of the summary: "12345 total".
    private static double CountOf(IEnumerable<string> summary)
    {
        string total = summary.Last(line => line.EndsWith(" total", StringComparison.Ordinal));
        return double.Parse(total.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
    }
}
