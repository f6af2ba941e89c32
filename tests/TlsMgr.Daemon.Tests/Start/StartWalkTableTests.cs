using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Start;

/// <summary>The table of the walk has no fault of ours in it, and the documents show it.</summary>
public sealed class StartWalkTableTests
{
    private const int MostStartLines = 200;

    private static readonly string[] GoodOutcomes =
    [
        StartOutcome.Serves, StartOutcome.Serves + ", warns", StartOutcome.ServesAndIsKilled, StartOutcome.Fatal,
    ];

    [Fact]
    public void The_daemon_serves_or_says_why_not_wherever_it_gets_as_far_as_its_own_code()
    {
        IEnumerable<StartWalkRow> rows = StartWalkTable.Read();

        foreach (StartWalkRow row in rows)
        {
            string[] expected = StartWalkTable.CallsOfTheLoader.Contains(row.Call) ? [row.Original] : GoodOutcomes;
            expected.ShouldContain(row.Ours, row.ToString());
        }
    }

    [Fact]
    public void The_page_shows_the_table() =>
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "compatibility.md"))
            .ShouldContain(File.ReadAllText(StartWalkTable.Path));

    [Fact]
    public void What_runs_before_the_runtime_is_short() =>
        Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src", "TlsMgr.Native", "Start"))
            .Sum(file => File.ReadLines(file).Count()).ShouldBeInRange(1, MostStartLines);
}
