using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Native.Lmdb;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>
/// The versions that the published binaries report: their own, and that of the LMDB inside, which is the one that tests
/// load.
/// </summary>
public sealed partial class VersionTests
{
    private static string Version => typeof(VersionTests).Assembly.GetName().Version!.ToString(3);

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

        string text = $"daemon started -- version {Version}, LMDB {LmdbLibrary.Version}";
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
        match.Groups["lmdb"].Value.ShouldBe(LmdbLibrary.Version);
    }

    [GeneratedRegex(@"^tlsmgrctl (?<version>[\d.]+)(\+[0-9a-f]+)?, LMDB (?<lmdb>[\d.]+)\n$")]
    private static partial Regex ToolVersion();
}
