// Each row: a host looks up what another one stored, while other clients of that host use its tlsmgr for what no pool
// is needed for. Their replies and times must be those of a run without a fault.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using TlsMgr.Rig.Observation;
using TlsMgr.Rig.Pool;
using TlsMgr.Testing.Load;

namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>Runs the faults as checks.</summary>
/// <param name="rig">The hosts: the second one stores.</param>
/// <param name="reader">The host that looks up, and that the fault is at.</param>
/// <param name="reporter">Receives the results.</param>
/// <param name="isBrief">Whether to run the short form.</param>
/// <param name="only">A regular expression for the names of the rows to run; empty for all.</param>
/// <param name="cancellation">Ends the run.</param>
internal sealed class FaultTable(
    SharingRig rig, PoolHost reader, CheckReporter reporter, bool isBrief, string only, CancellationToken cancellation)
{
    private const int Clients = 4;
    private const long GrowthKib = 8 * 1024;
    private const long LeastRefused = 20;

    /// <summary>
    /// tlsmgr pauses for up to a minute, and master(8) for another before it starts a program that ended at once.
    /// </summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(130);

    /// <summary>How long the load runs before it is measured: at first, the rig compiles what it runs.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);

    private static readonly string[] AnswerFigures = ["asked", "hits", "misses", "overdue", "failed"];

    private static readonly FaultRow None = new("none", static () => { }, static () => { });

    private static int _loads;

    private readonly FaultTimes _times = new();
    private long _neededKib;
    private bool _hasAwaitedEnd;
    private bool _isReplyWrong;

    // Two show the spread; after a row that seems slow there is another one.
    private int References => isBrief ? 1 : 2;

    private PoolHost Writer => rig.Hosts[1];

    /// <summary>How long a fault lasts.</summary>
    private TimeSpan Duration => TimeSpan.FromSeconds(isBrief ? 2 : 8);

    internal void Run(IEnumerable<FaultRow> rows)
    {
        FaultRow[] chosen = [.. rows.Where(IsWanted)];
        while (chosen.Length > 0 && _times.References < References)
        {
            reporter.Run($"fault: none, run {_times.References + 1}, at {reader.Name}", () => FindFault(None));
        }

        foreach (FaultRow row in chosen)
        {
            reporter.Run($"fault: {row.Name}", () => FindFaultTwice(row));
        }
    }

    /// <summary>
    /// What else runs on the machine can make one run slow, or an answer late: such a fault counts when it comes again
    /// after another run without a fault. A wrong reply counts at once.
    /// </summary>
    private string? FindFaultTwice(FaultRow row)
    {
        string? fault = FindFault(row);
        if (fault is null || _isReplyWrong)
        {
            return fault;
        }

        reporter.Note($"{row.Name}, once more: {fault}");
        return FindFault(None) ?? FindFault(row);
    }

    private bool IsWanted(FaultRow row) =>
        only.Length > 0 ? Regex.IsMatch(row.Name, only) : row.IsBrief || !isBrief;

    private string? FindFault(FaultRow row)
    {
        FaultLog log = new(reader, cancellation);
        row.Prepare();
        string? fault;
        try
        {
            fault = FindFaultUnderLoad(row, log);
        }
        finally
        {
            row.Restore();
            SharingRig.AwaitServer([Writer, reader], cancellation);
        }

        bool awaitsEnd = !isBrief || !_hasAwaitedEnd;
        _hasAwaitedEnd |= !row.IsSilent && !row.IsLasting;
        return fault ?? (row == None ? null : log.FindEndFault(row, awaitsEnd));
    }

    private string? FindFaultUnderLoad(FaultRow row, FaultLog log)
    {
        // Programs that a reload has started anew have little so far: a run without a fault says what they need.
        long memory = long.Max(MemoryKib(), _neededKib);
        using MixedLoad others = MixedLoad.Start(
            reader.Instance.TlsMgrSocket,
            new LoadSettings
            {
                Clients = Clients,
                FirstClient = Clients * Interlocked.Increment(ref _loads),
                Caches = ["smtpd"],
                Pause = TimeSpan.FromMilliseconds(2),
            });
        using PooledLoad pooled = new(Writer, reader);
        cancellation.WaitHandle.WaitOne(WarmUp);
        string? fault = row.IsCold ? null : FindColdFault(pooled, "before", Recovery);
        long[] asked = Answers();
        long refused = SharingRig.Figure(reader, "refused", cancellation);
        if (row.IsSilent)
        {
            // Behind a reload, tlspool is asked before it has connected to the server.
            log.Restart();
        }

        row.Begin();
        pooled.Restart();
        fault ??= row.WorksWithin is { } limit ? FindColdFault(pooled, "meanwhile", limit) : null;
        cancellation.WaitHandle.WaitOne(isBrief ? Duration : row.Duration ?? Duration);
        FaultFigures lookups = pooled.Figures with { Found = pooled.Hits, Missed = pooled.Misses };
        fault ??= FindReasonFault(row, log)
            ?? (row.IsRefused && SharingRig.Figure(reader, "refused", cancellation) < refused + LeastRefused
                ? "no entry was refused" : null)
            ?? (row.IsHarmless ? _times.FindLoss(lookups) : null);
        row.End();
        fault ??= row.IsLasting && !row.IsHarmless ? null : FindColdFault(pooled, "afterwards", Recovery);
        LoadReport report = others.Stop();
        IReadOnlyList<string> wrong = pooled.Stop();
        FaultFigures figures = lookups with { OthersMilliseconds = report.PercentileMilliseconds(0.99) };
        if (row == None)
        {
            _times.AddReference(figures);
            _neededKib = long.Max(MemoryKib(), _neededKib);
        }

        long grown = MemoryKib() - memory;
        string answers = string.Join(' ', AnswerFigures.Zip(
            Answers().Zip(asked, static (after, before) => after - before), static (name, count) => $"{name} {count}"));
        reporter.Note(
            $"{row.Name}: others {report.Requests} replies, {figures}; {answers}; memory {grown:+0;-0;0} KiB");
        _isReplyWrong = wrong.Count > 0 || report.Wrong.Count > 0;
        return wrong.Count > 0 ? $"{wrong.Count} wrong replies: {wrong[0]}"
            : report.Wrong.Count > 0 ? $"others: {report.Wrong[0]}"
            : fault ?? _times.FindSlowness(figures)
            ?? (grown > GrowthKib ? string.Create(CultureInfo.InvariantCulture, $"memory grew by {grown} KiB") : null);
    }

    private string? FindColdFault(PooledLoad pooled, string when, TimeSpan limit)
    {
        pooled.Reset();
        long start = Environment.TickCount64;
        while (pooled.Hits < 10)
        {
            if (Environment.TickCount64 - start > limit.TotalMilliseconds)
            {
                return $"{when}, {pooled.Hits} sessions are found, and {pooled.Misses} are not";
            }

            cancellation.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20));
            cancellation.ThrowIfCancellationRequested();
        }

        return null;
    }

    private string? FindReasonFault(FaultRow row, FaultLog log)
    {
        string output = row.Reason.Length == 0 ? "" : reader.Tool(["pool", "status", "--json"], cancellation).Output;
        return output.Contains(row.Reason, StringComparison.OrdinalIgnoreCase)
            ? row == None ? null : log.FindBeginFault(row)
            : $"pool status does not have {row.Reason}: {SharingRig.FindReason(reader, cancellation)}";
    }

    /// <summary>What became of the lookups for which the pool was asked.</summary>
    private long[] Answers() => SharingRig.Figures(reader, AnswerFigures, cancellation);

    private long MemoryKib() => SharingProcesses.Find(reader, "tlsmgr").Concat(SharingProcesses.Find(reader, "tlspool"))
        .Sum(static pid => DaemonProcess.AnonymousKibOf(pid));
}
