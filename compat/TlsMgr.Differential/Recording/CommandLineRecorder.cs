using System.Collections.Generic;
using System.Linq;
using TlsMgr.Differential.Cases;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Recording;

/// <summary>Writes <c>command-line-*.txt</c>: exit status, output and log records of each case.</summary>
internal static class CommandLineRecorder
{
    internal static string[] Record(RecordedDaemon recorded, string inputs) =>
    [
        .. FixtureFile.Header(recorded.Version.Text, "odd command lines: by hand, and in master.cf"),
        .. ParallelRecording.Record([.. CommandLineCases.All()], one => Run(recorded, one)),
    ];

    private static IEnumerable<string> Run(RecordedDaemon recorded, SideCase sideCase)
    {
        using DaemonUnderTest daemon = recorded.Open();
        sideCase.Script(daemon);
        Observation seen = daemon.Finish();
        return [$"### {sideCase.Name}", .. seen.Lines().Select(line => "  " + line)];
    }
}
