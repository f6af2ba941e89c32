using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using TlsMgr.Control.Client;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Output;

/// <summary>
/// Statistics for people: what runs, a table of the caches, and a line for each group of the other figures. Beside a
/// counter stands how fast it grows, when that is known and it does.
/// </summary>
/// <param name="report">The figures, and what the daemon reports of itself.</param>
/// <param name="rates">How fast the counters grow; null at first.</param>
/// <param name="width">The columns of a line.</param>
internal sealed class StatsText(DaemonReport report, FigureRates? rates, int width)
{
    private const int GroupWidth = 13;
    private const int ReasonIndent = 2;
    private const string Gap = "  ";

    /// <summary>Groups that have words of their own.</summary>
    private const string Uptime = "uptime";
    private const string Slowest = "slowest";

    private FigureTree Figures => report.Figures;

    private InfoReply Info => report.Info;

    /// <summary>Writes the figures.</summary>
    internal void Write(TextWriter output)
    {
        WriteHead(output);
        string[] caches = [.. report.Caches];
        if (caches.Length > 0)
        {
            WrappedText.WriteTable(output, CacheTable.Of(report, rates), width);
            CacheNotes.Write(report, output, width);
            output.WriteLine();
        }

        RequestTimes? times = RequestTimes.Of(Figures);
        foreach (string group in Figures.Groups.Where(group => !IsElsewhere(group, times)))
        {
            WrappedText.Write(output, group.PadRight(GroupWidth), Words(group), Gap, GroupWidth, width);
        }

        if (times is not null)
        {
            WrappedText.Write(
                output, RequestTimes.Group.PadRight(GroupWidth), TimeWords(times), Gap, GroupWidth, width);
        }
    }

    private bool IsElsewhere(string group, RequestTimes? times) =>
        (group == Uptime && !Info.IsOlder) || (group is RequestTimes.Group or Slowest && times is not null);

    private void WriteHead(TextWriter output)
    {
        if (Info.IsOlder)
        {
            WrappedText.WriteSentence(output, "an older daemon is running (no info): postfix reload", 0, width);
            output.WriteLine();
            return;
        }

        WrappedText.Write(
            output, "", [$"TlsMgr {Info.Version}", $"LMDB {Info.Lmdb}", $"for Postfix {Info.MailVersion}"], ", ", 0,
            width);
        WrappedText.Write(output, "", Process(), ", ", 0, width);
        string kept = Info.KeptTicketKeys is { } keys ? $", kept ticket keys {Describe(keys)}" : "";
        WrappedText.WriteSentence(
            output, $"sandbox {Describe(Info.Sandbox)}, memory lock {Describe(Info.MemoryLock)}{kept}", 0, width);
        output.WriteLine();
    }

    private IEnumerable<string> Process()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"pid {Info.ProcessId}");
        if (Info.StartedSeconds is { } started)
        {
            yield return $"started {MeasureText.Time(LocalTime.Of(started))}";
        }

        if (report.Uptime is { } uptime)
        {
            yield return $"up {MeasureText.Duration(uptime)}";
        }
    }

    private static string Describe(MeasureState? measure) =>
        measure is null ? "unknown" : measure.Reason.Length > 0 ? $"{measure.Word} ({measure.Reason})" : measure.Word;

    private IEnumerable<string> Words(string group) => Figures.Group(group).Select(figure =>
        $"{figure.Key} {WithRate(figure.Key.Length > 0 ? $"{group}.{figure.Key}" : group, figure.Value)}".Trim());

    private string WithRate(string figure, long value) => CacheTable.WithRate(MeasureText.Number(value), figure, rates);

    /// <summary>Percentiles of the last interval where rates are shown, else of all requests.</summary>
    private IEnumerable<string> TimeWords(RequestTimes all)
    {
        RequestTimes shown = rates is null ? all : RequestTimes.Of(Figures, rates) ?? all;
        yield return $"count {WithRate($"{RequestTimes.Group}.count", all.Count)}";
        yield return $"p50 {shown.Describe(0.5)}";
        yield return $"p99 {shown.Describe(0.99)}";
        if (Figures["slowest.microseconds"] is { } slowest)
        {
            yield return $"slowest {MeasureText.Milliseconds(slowest)}";
        }
    }
}
