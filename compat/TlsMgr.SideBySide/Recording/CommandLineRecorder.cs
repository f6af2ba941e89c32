// Records the cases of the command line: exit status, output, log records.

using System.Collections.Generic;
using System.Linq;
using TlsMgr.SideBySide.Cases;
using TlsMgr.SideBySide.Playing;
using TlsMgr.Testing;

namespace TlsMgr.SideBySide.Recording;

/// <summary>Writes <c>command-line-*.txt</c>.</summary>
internal static class CommandLineRecorder
{
    internal static string[] Record(Original original, string inputs) =>
    [
        .. FixtureFile.Header(original.Version.Text, "odd command lines: by hand, and in master.cf"),
        .. Crowd.Record([.. CommandLineCases.All()], one => Play(original, one)),
    ];

    private static IEnumerable<string> Play(Original original, SideCase sideCase)
    {
        using Stage stage = original.OpenStage();
        sideCase.Script(stage);
        Observation seen = stage.Finish();
        return [$"### {sideCase.Name}", .. seen.Lines().Select(line => "  " + line)];
    }
}
