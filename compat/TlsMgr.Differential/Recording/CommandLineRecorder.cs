// Records the cases of the command line: exit status, output, log records.

using System.Collections.Generic;
using System.Linq;
using TlsMgr.Differential.Cases;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Recording;

/// <summary>Writes <c>command-line-*.txt</c>.</summary>
internal static class CommandLineRecorder
{
    internal static string[] Record(RecordedDaemon original, string inputs) =>
    [
        .. FixtureFile.Header(original.Version.Text, "odd command lines: by hand, and in master.cf"),
        .. ParallelRecording.Record([.. CommandLineCases.All()], one => Play(original, one)),
    ];

    private static IEnumerable<string> Play(RecordedDaemon original, SideCase sideCase)
    {
        using DaemonUnderTest stage = original.Open();
        sideCase.Script(stage);
        Observation seen = stage.Finish();
        return [$"### {sideCase.Name}", .. seen.Lines().Select(line => "  " + line)];
    }
}
