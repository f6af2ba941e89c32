// Invariant: only what differs between two runs of the same program is masked (directory, process id, times, random
// bytes): masked text is not compared.

using System;
using System.Globalization;
using System.Text.RegularExpressions;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Drivers;

/// <summary>Masks the texts of one run, so that they compare equal to those of another.</summary>
/// <param name="root">The directory that holds the daemon's files.</param>
/// <param name="keepsAll">Whether only the directory is masked: for recordings.</param>
internal sealed partial class Masking(string root, bool keepsAll = false)
{
    /// <summary>The process id that is masked, or 0.</summary>
    internal int ProcessId { get; set; }

    /// <summary>Bytes, escaped and masked.</summary>
    internal string Bytes(ReadOnlySpan<byte> bytes) => Text(WireRecording.Escape(bytes));

    /// <summary>A text, masked.</summary>
    internal string Text(string text)
    {
        string relocated = text.Replace($"{root}/config", "/rig", StringComparison.Ordinal)
            .Replace(root, "/rig", StringComparison.Ordinal);
        if (keepsAll)
        {
            return relocated;
        }

        string masked = WireRecording.Mask(relocated);
        return ProcessId == 0
            ? masked
            : Regex.Replace(masked, $@"(?<=[^0-9]|^)0*{ProcessId.ToString(CultureInfo.InvariantCulture)}(?=[^0-9]|$)", "PID");
    }

    /// <summary>A log record without time, host and process id: <c>pf/tlsmgr: warning: text</c>.</summary>
    internal string Record(string record)
    {
        Match match = RecordPattern().Match(record);
        return Text(match.Success && !keepsAll ? $"{match.Groups[1].Value}: {match.Groups[2].Value}" : record);
    }

    [GeneratedRegex(@"^\w{3} [ \d]\d \d\d:\d\d:\d\d \S+ (\S+)\[\d+\]: (.*)$", RegexOptions.Singleline)]
    private static partial Regex RecordPattern();
}
