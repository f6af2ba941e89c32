using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;

namespace TlsMgr.Testing;

/// <summary>
/// Counts the system calls of a running process with strace(1), which slows the process down and needs root.
/// </summary>
public sealed class SystemCallCounter : IDisposable
{
    private const string Tracer = "/usr/bin/strace";
    private const int InterruptSignal = 2;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly string _summary = Path.GetTempFileName();
    private readonly SpawnedProcess _tracer;

    /// <summary>Starts to count, in all threads.</summary>
    /// <exception cref="IOException">strace is missing, or may not trace that process.</exception>
    public SystemCallCounter(int processId)
    {
        string process = processId.ToString(CultureInfo.InvariantCulture);
        using FileStream nothing = new("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        int descriptor = (int)nothing.SafeFileHandle.DangerousGetHandle();
        _tracer = SpawnedProcess.Start(
            Tracer, ["strace", "-f", "-c", "--summary-columns=calls,name", "-o", _summary, "-p", process],
            new Dictionary<string, string>(), "/", new Dictionary<int, int> { [1] = descriptor, [2] = descriptor });
        DateTime deadline = DateTime.UtcNow + Timeout;
        while (!Directory.GetDirectories($"/proc/{process}/task").All(IsTraced))
        {
            if (DateTime.UtcNow > deadline || _tracer.WaitForExit(TimeSpan.Zero) is not null)
            {
                Dispose();
                throw new IOException($"{Tracer} cannot trace process {process}");
            }

            Thread.Yield();
        }
    }

    /// <summary>Stops counting; returns the counts.</summary>
    /// <exception cref="IOException">strace does not exit.</exception>
    public SystemCallCounts Stop()
    {
        _tracer.Signal(InterruptSignal);
        _ = _tracer.WaitForExit(Timeout) ?? throw new IOException($"{Tracer} does not exit");
        return SystemCallCounts.Parse(File.ReadLines(_summary));
    }

    public void Dispose()
    {
        if (_tracer.WaitForExit(TimeSpan.Zero) is null)
        {
            _tracer.Signal(InterruptSignal);
            _tracer.WaitForExit(Timeout);
        }

        File.Delete(_summary);
    }

    private static bool IsTraced(string thread) => !File.ReadLines($"{thread}/status").Contains("TracerPid:\t0");
}
