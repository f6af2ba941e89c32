using System.IO;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>
/// The versions that the published binaries report: their own, and that of the LMDB inside, which is the one that the
/// build fetches, whatever the machine has.
/// </summary>
public sealed partial class VersionTests
{
    private static string Version => typeof(VersionTests).Assembly.GetName().Version!.ToString(3);

    private static string LinkedLmdb { get; } = LmdbPackage()
        .Match(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "src/packaging/sysroot.list")))
        .Groups["version"].Value;

    [Fact]
    public void Each_start_of_the_daemon_logs_its_version_and_LMDB_s_once()
    {
        using RunningDaemon daemon = new();
        for (int starts = 1; starts < 3; starts++)
        {
            daemon.Ask("request|seed|size|32||").ShouldStartWith("status|0|seed|");
            daemon.HangUp().ShouldBe(0);
            daemon.StartAgain();
        }

        daemon.HangUp().ShouldBe(0);

        string text = $"daemon started -- version {Version}, LMDB {LinkedLmdb}";
        daemon.Log.TakeTexts().ShouldBeEmpty();
        daemon.Log.StartTexts.ShouldBe([text, text, text]);
    }

    [Fact]
    public void The_tool_names_its_version_and_LMDB_s()
    {
        CommandOutput output = CommandOutput.Of(PublishedBinary.Control, "--version");

        output.Status.ShouldBe(0);
        Match match = ToolVersion().Match(output.Output);
        match.Groups["version"].Value.ShouldBe(Version);
        match.Groups["lmdb"].Value.ShouldBe(LinkedLmdb);
    }

    [GeneratedRegex(@"^tlsmgrctl (?<version>[\d.]+)(\+[0-9a-f]+)?, LMDB (?<lmdb>[\d.]+)\n$")]
    private static partial Regex ToolVersion();

    [GeneratedRegex(@"/liblmdb-dev_(?<version>[\d.]+)-")]
    private static partial Regex LmdbPackage();
}
