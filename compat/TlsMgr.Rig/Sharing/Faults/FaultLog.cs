using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Pool;

namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>What tlsmgr and tlspool of a host log of a fault: one line when it begins, and one when it ends.</summary>
/// <param name="host">The host.</param>
/// <param name="cancellation">Ends the run.</param>
internal sealed class FaultLog(PoolHost host, CancellationToken cancellation)
{
    private const string End = " again";

    private int _mark = host.Instance.Log.Read().Count;

    /// <summary>Leaves out what was logged so far.</summary>
    internal void Restart() => _mark = host.Instance.Log.Read().Count;

    /// <summary>
    /// Returns what is wrong while a fault lasts; null when one line says that it began, and has its reason.
    /// </summary>
    internal string? FindBeginFault(FaultRow row)
    {
        List<LogLine> complaints = Read(isEnd: false);
        return row.IsSilent ? null
            : complaints.Count == 0 ? "the log says nothing"
            : complaints.Exists(line => line.Text.Contains(row.LoggedReason, StringComparison.OrdinalIgnoreCase)) ? null
            : $"the log does not say {row.LoggedReason}: {Join(complaints)}";
    }

    /// <summary>Returns what is wrong when it is over: whoever complained says once that it is.</summary>
    /// <param name="row">The fault.</param>
    /// <param name="awaits">Whether to wait for these lines: they come when all has worked for some seconds.</param>
    internal string? FindEndFault(FaultRow row, bool awaits)
    {
        bool isOver = row.IsLasting || !awaits || Deadline.Await(
            () => !Programs(isEnd: false).Except(Programs(isEnd: true)).Any(), cancellation,
            Deadline.SlowPollInterval);
        List<LogLine> lines = [.. Read(isEnd: false), .. Read(isEnd: true)];
        return !isOver ? $"the log does not say that it is over: {Join(lines)}"
            : row.IsSilent && lines.Exists(static line => line.IsComplaint) ? $"the log is not silent: {Join(lines)}"
            : FindRepetition(row, isEnd: false) ?? FindRepetition(row, isEnd: true);
    }

    /// <summary>A fault that begins by a reload may be noticed by the processes before and behind it.</summary>
    private string? FindRepetition(FaultRow row, bool isEnd) => Read(isEnd)
        .GroupBy(line => row.IsCold ? $"{line.Program}[{line.Pid}]" : line.Program)
        .FirstOrDefault(static lines => lines.Count() > 1) is { } noisy
        ? $"{noisy.Count()} lines of {noisy.Key}: {Join(noisy)}"
        : null;

    private IEnumerable<string> Programs(bool isEnd) => Read(isEnd).Select(static line => line.Program).Distinct();

    private List<LogLine> Read(bool isEnd) =>
    [
        .. host.Instance.Log.Read(_mark)
            .Where(static line => line.Program.EndsWith("/tlsmgr", StringComparison.Ordinal)
                || line.Program.EndsWith("/tlspool", StringComparison.Ordinal))
            .Where(static line => !line.Text.Contains("unused parameter", StringComparison.Ordinal))
            .Where(line => isEnd ? line.Text.EndsWith(End, StringComparison.Ordinal) : line.IsComplaint),
    ];

    private static string Join(IEnumerable<LogLine> lines) => string.Join(" | ", lines);
}
