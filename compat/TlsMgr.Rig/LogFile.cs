// A maillog_file as postlogd(8) writes it, read while it grows. Must never take half a line for a line.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading;

namespace TlsMgr.Rig;

/// <summary>One record: who wrote it (<c>syslog_name/program</c>), from which process, and what.</summary>
internal sealed partial record LogLine(string Program, int Pid, string Text)
{
    /// <summary>Whether a program complains. What is no log record counts as a complaint.</summary>
    internal bool IsComplaint => Complaint.IsMatch(Text) && !IsAboutClock;

    /// <summary>
    /// Whether cleanup(8) complains of the machine: that a file's time stamp is one second ahead of the time of day, as
    /// seen on a virtual machine. That says nothing about tlsmgr; it is shown, and is no failure.
    /// </summary>
    internal bool IsAboutClock => Program.EndsWith("/cleanup", StringComparison.Ordinal) && Clock.IsMatch(Text);

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

/// <summary>The log of one Postfix instance.</summary>
internal sealed class LogFile(string path)
{
    /// <summary>All complete lines so far, from the line with a number (0 the first) on.</summary>
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

    /// <summary>The first line that fits, waiting for it when need be; null at the deadline.</summary>
    internal LogLine? Await(Predicate<LogLine> fits, CancellationToken cancellation, int fromLine = 0)
    {
        LogLine? found = null;
        Deadline.Await(() => (found = Read(fromLine).Find(fits)) is not null, cancellation);
        return found;
    }
}
