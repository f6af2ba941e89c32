// Each row: a host looks up what another one stored, while other clients of that host use its tlsmgr for what no pool
// is needed for. Their replies and times must be those of a run without a fault.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Observation;
using TlsMgr.Rig.Pool;
using TlsMgr.Testing.Load;

namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>Runs the faults as checks.</summary>
internal sealed class FaultTable(SharingRig rig, CheckReporter reporter, bool isBrief, CancellationToken cancellation)
{
    /// <summary>A lookup is held for so long at most; the time that one takes without a fault comes on top.</summary>
    private const double HeldMilliseconds = 25;

    /// <summary>What two runs on a busy machine of two processors may differ by, beside their own difference.</summary>
    private const double NoiseMilliseconds = 2;

    private const int Clients = 4;
    private const long GrowthKib = 8 * 1024;
    private const double WarmShare = 0.5;

    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(75);

    private readonly List<double> _undisturbed = [];
    private readonly List<double> _undisturbedLookups = [];
    private int _rows;

    private PoolHost Writer => rig.Hosts[1];

    private PoolHost Reader => rig.Hosts[0];

    /// <summary>How long a fault lasts.</summary>
    private TimeSpan Duration => TimeSpan.FromSeconds(isBrief ? 2 : 8);

    internal void Run(IEnumerable<FaultRow> rows)
    {
        for (int run = 1; run <= 2; run++)
        {
            int number = run;
            reporter.Run($"fault: none, run {number}", () => FindFault(
                new FaultRow("none", static () => { }, static () => { }), isReference: true));
        }

        foreach (FaultRow row in rows.Where(row => row.IsBrief || !isBrief))
        {
            reporter.Run($"fault: {row.Name}", () => FindFault(row, isReference: false));
        }
    }

    private string? FindFault(FaultRow row, bool isReference)
    {
        row.Prepare();
        try
        {
            return FindFaultUnderLoad(row, isReference);
        }
        finally
        {
            row.Restore();
            rig.AwaitServer(cancellation);
        }
    }

    private string? FindFaultUnderLoad(FaultRow row, bool isReference)
    {
        int mark = Reader.Instance.Log.Read().Count;
        long memory = MemoryKib();
        using MixedLoad others = MixedLoad.Start(
            Reader.Instance.TlsMgrSocket,
            new LoadSettings
            {
                Clients = Clients,
                FirstClient = Clients * _rows++,
                Caches = ["smtpd"],
                Pause = TimeSpan.FromMilliseconds(2),
            });
        using PooledLoad pooled = new(Writer, Reader);
        string? fault = row.IsCold ? null : FindColdFault(pooled, "before");
        row.Begin();
        pooled.Reset();
        cancellation.WaitHandle.WaitOne(isBrief ? Duration : row.Duration ?? Duration);
        (long hits, long misses) = (pooled.Hits, pooled.Misses);
        fault ??= row.Reason.Length > 0 ? FindReasonFault(row.Reason)
            : row.IsHarmless && hits < WarmShare * (hits + misses) ? $"{hits} of {hits + misses} sessions were found"
            : null;
        row.End();
        fault ??= row.IsLasting && !row.IsHarmless ? null : FindColdFault(pooled, "afterwards");
        LoadReport report = others.Stop();
        IReadOnlyList<string> wrong = pooled.Stop();
        double p99 = report.PercentileMilliseconds(0.99);
        if (isReference)
        {
            _undisturbed.Add(p99);
            _undisturbedLookups.Add(pooled.Percentile(0.99));
        }

        reporter.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Name}: others {report.Requests} replies, p99 {p99:F2} ms; "
                + $"pooled p99 {pooled.Percentile(0.99):F1} ms, longest {pooled.Percentile(1):F0} ms; "
                + $"meanwhile {hits} found, {misses} not"));
        return wrong.Count > 0 ? $"{wrong.Count} wrong replies: {wrong[0]}"
            : report.Wrong.Count > 0 ? $"others: {report.Wrong[0]}"
            : fault
            ?? FindSlowness(p99, pooled.Percentile(0.99))
            ?? FindGrowth(memory)
            ?? FindLogFault(mark);
    }

    private string? FindColdFault(PooledLoad pooled, string when)
    {
        pooled.Reset();
        long start = Environment.TickCount64;
        while (pooled.Hits < 10)
        {
            if (Environment.TickCount64 - start > Recovery.TotalMilliseconds)
            {
                return $"{when}, {pooled.Hits} sessions are found, and {pooled.Misses} are not";
            }

            cancellation.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20));
            cancellation.ThrowIfCancellationRequested();
        }

        return null;
    }

    private string? FindReasonFault(string reason)
    {
        string output = Reader.Tool(["pool", "status", "--json"], cancellation).Output;
        return output.Contains(reason, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"pool status does not have {reason}: {SharingRig.FindReason(Reader, cancellation)}";
    }

    private string? FindSlowness(double others, double pooled)
    {
        double spread = _undisturbed.Max() - _undisturbed.Min();
        double limit = _undisturbed.Max() + spread + NoiseMilliseconds;
        double heldLimit = _undisturbedLookups.Max() + HeldMilliseconds + NoiseMilliseconds;
        return others > limit
            ? string.Create(CultureInfo.InvariantCulture, $"p99 of others is {others:F2} ms, and not below {limit:F2}")
            : pooled > heldLimit
            ? string.Create(CultureInfo.InvariantCulture, $"lookups wait {pooled:F1} ms, and not below {heldLimit:F1}")
            : null;
    }

    private string? FindGrowth(long before) => MemoryKib() is var after && after > before + GrowthKib
        ? string.Create(CultureInfo.InvariantCulture, $"memory grew from {before} to {after} KiB")
        : null;

    // One warning when it begins, and one line when it ends, of each program.
    private string? FindLogFault(int mark)
    {
        IGrouping<string, LogLine>? noisy = Reader.Instance.Log.Read(mark)
            .Where(static line => line.Program.EndsWith("/tlsmgr", StringComparison.Ordinal)
                || line.Program.EndsWith("/tlspool", StringComparison.Ordinal))
            .Where(static line => line.IsComplaint || line.Text.EndsWith(" again", StringComparison.Ordinal))
            .Where(static line => !line.Text.Contains("unused parameter", StringComparison.Ordinal))
            .GroupBy(static line => (line.Program, line.IsComplaint)).FirstOrDefault(static lines => lines.Count() > 1)
            ?.GroupBy(static line => line.Program).First();
        return noisy is null ? null
            : $"{noisy.Count()} lines of {noisy.Key}: {string.Join(" | ", noisy.Select(static line => line.Text))}";
    }

    private long MemoryKib() => SharingProcesses.Find(Reader, "tlsmgr").Concat(SharingProcesses.Find(Reader, "tlspool"))
        .Sum(static pid => DaemonProcess.AnonymousKibOf(pid));
}
