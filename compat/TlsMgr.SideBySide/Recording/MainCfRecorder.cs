// Records how the original reads main.cf and options: run by hand with a policy request on standard input.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Native.Libc;
using TlsMgr.SideBySide.Playing;
using TlsMgr.Testing;

namespace TlsMgr.SideBySide.Recording;

/// <summary>Writes <c>main.cf*-*.txt</c>.</summary>
internal static class MainCfRecorder
{
    private const string Policy = "request|policy|cache_type|smtpd||";
    private const string StatusMark = " rc ";

    internal static string[] Record(Original original, string inputs) =>
    [
        .. FixtureFile.Header(
            original.Version.Text,
            $"{MainCfRecording.HostNameMark}{ProcessControl.HostName}",
            "tlsmgr ARGS (-S) with a policy request for smtpd on standard input; a case is one line \"##\": the lines added to a",
            "base of six, or the whole main.cf; the arguments; the exit status; what it printed. Then its log records."),
        .. Crowd.Record(MainCfRecording.ReadAll(Path.GetFileName(inputs)), recording => Play(original, recording)),
    ];

    private static IEnumerable<string> Play(Original original, MainCfRecording recording)
    {
        using Stage stage = original.OpenStage();
        stage.ConfigureWhole(recording.MainCf);
        (int? status, string printed) = stage.RunByHand(
            [.. recording.Arguments.Select(stage.Place)], Stage.Bytes(Policy));
        string input = recording.Heading[..recording.Heading.LastIndexOf(StatusMark, StringComparison.Ordinal)];
        string output = WireRecording.Escape(System.Text.Encoding.Latin1.GetBytes(printed))
            .Replace("'", @"\x27", StringComparison.Ordinal);
        return
        [
            $"{input}{StatusMark}{status} b'{output}'",
            .. stage.Take().Log.Select(record => "    " + record),
        ];
    }
}
