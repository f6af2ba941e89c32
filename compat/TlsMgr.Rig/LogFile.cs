using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading;

namespace TlsMgr.Rig;

/// <summary>One record: the program (<c>syslog_name/program</c>), its process id, and the text.</summary>
internal sealed partial record LogLine(string Program, int Pid, string Text)
{
    /// <summary>Whether it is a warning or worse. A line that is not a log record counts as one.</summary>
    internal bool IsComplaint => Complaint.IsMatch(Text) && !IsClockWarning;

    /// <summary>
    /// Whether cleanup(8) warns that a file's time stamp is one second ahead of the time of day, as observed on virtual
    /// machines. The machine causes it, not tlsmgr: it is shown as a note and is no failure.
    /// </summary>
    internal bool IsClockWarning => Program.EndsWith("/cleanup", StringComparison.Ordinal) && Clock.IsMatch(Text);

    [GeneratedRegex(@"^\w{3} [ \d]\d \d\d:\d\d:\d\d \S+ (?<program>\S+)\[(?<pid>\d+)\]: (?<text>.*)$")]
    private static partial Regex Record { get; }

    [GeneratedRegex(@"\b(warning|error|fatal|panic): ")]
    private static partial Regex Complaint { get; }

    [GeneratedRegex("^warning: (file system clock is 1 seconds ahead of local clock|resetting file time stamps)")]
    private static partial Regex Clock { get; }

    internal static LogLine Parse(string line)
    {
        Match match = Record.Match(line);
        return match.Success
            ? new LogLine(
                match.Groups["program"].Value,
                int.Parse(match.Groups["pid"].Value, CultureInfo.InvariantCulture),
                match.Groups["text"].Value)
            : new LogLine("?", 0, $"error: not a log record: {line}");
    }

    public override string ToString() => $"{Program}[{Pid}]: {Text}";
}

/// <summary>The maillog_file of one Postfix instance, read while postlogd(8) appends to it.</summary>
internal sealed class LogFile(string path)
{
    /// <summary>The complete lines so far, from a line number on; the first line is 0.</summary>
    internal List<LogLine> Read(int fromLine = 0)
    {
        List<LogLine> lines = [];
        string[] parts = SharedFile.ReadText(path).Split('\n');
        for (int i = fromLine; i < parts.Length - 1; i++)
        {
            lines.Add(LogLine.Parse(parts[i]));
        }

        return lines;
    }

    /// <summary>Waits for the first line that matches; null at the deadline.</summary>
    internal LogLine? Await(Predicate<LogLine> matches, CancellationToken cancellation, int fromLine = 0)
    {
        LogLine? found = null;
        Deadline.Await(() => (found = Read(fromLine).Find(matches)) is not null, cancellation);
        return found;
    }
}
