using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Differential.Drivers;
using TlsMgr.Native.Libc;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Recording;

/// <summary>
/// Writes <c>main.cf*-*.txt</c>: how Postfix's tlsmgr reads main.cf and options, in manual runs with a policy request
/// on standard input.
/// </summary>
internal static class MainCfRecorder
{
    private const string Policy = "request|policy|cache_type|smtpd||";
    private const string StatusMark = " rc ";

    internal static string[] Record(RecordedDaemon recorded, string inputs) =>
    [
        .. FixtureFile.Header(
            recorded.Version.Text,
            $"{MainCfRecording.HostNameMark}{ProcessControl.HostName}",
            "tlsmgr ARGS (-S) with a policy request for smtpd on standard input; a case is one line \"##\": the lines added to a",
            "base of six, or the whole main.cf; the arguments; the exit status; what it printed. Then its log records."),
        .. ParallelRecording.Record(MainCfRecording.ReadAll(Path.GetFileName(inputs)), recording => Run(recorded, recording)),
    ];

    private static IEnumerable<string> Run(RecordedDaemon recorded, MainCfRecording recording)
    {
        using DaemonUnderTest daemon = recorded.Open();
        daemon.ConfigureExactly(recording.MainCf);
        (int? status, string printed) = daemon.RunManually(
            [.. recording.Arguments.Select(daemon.ExpandPaths)], DaemonUnderTest.Bytes(Policy));
        string input = recording.Heading[..recording.Heading.LastIndexOf(StatusMark, StringComparison.Ordinal)];
        string output = WireRecording.Escape(System.Text.Encoding.Latin1.GetBytes(printed))
            .Replace("'", @"\x27", StringComparison.Ordinal);
        return
        [
            $"{input}{StatusMark}{status} b'{output}'",
            .. daemon.Take().Log.Select(record => "    " + record),
        ];
    }
}
